import type { Finding } from '../../shared/domain/audit/finding/finding.ts';
import type { Report } from '../../shared/domain/audit/report.ts';
import { reportAs } from '../../shared/report/formats.ts';
import type { ShownReport } from '../../shared/report/words/shown-report.ts';
import { versionOf } from '../domain/chain/versions.ts';
import { HOSTILE_ROWS } from '../domain/hostile.ts';

const relay = 'relay@acme-ops.iam.gserviceaccount.com';
const reader = 'reader@acme-data.iam.gserviceaccount.com';
const finding: Finding = {
  kind: 'hop-conditional',
  severity: 'high',
  chain: 'billing-export',
  hop: 1,
  account: reader,
  member: `serviceAccount:${relay}`,
  fingerprint: 'f',
  evidence: {
    summary: 'relay needs x on reader; the condition of its grant does not hold',
    resource: `projects/acme-data/serviceAccounts/${reader}`,
    role: 'roles/r',
    condition: { expression: 'request.time < timestamp("2020-01-01T00:00:00Z")' },
  },
  fix: { gcloud: 'gcloud iam mend it' },
};
const EVE = {
  member: 'user:eve@acme.com',
  steps: [
    { who: 'user:eve@acme.com', permission: 'p', on: reader, resource: 'r', role: 'roles/r' },
  ],
};
const report: Report = {
  version: 1,
  generatedAt: '2026-11-22T12:00:00.000Z',
  clean: false,
  chainFile: versionOf({
    digest: '0123456789abcdef',
    generation: '17',
    writtenAt: '2026-11-22T11:00:00.000Z',
    writtenBy: 'ada@acme.com',
    commit: 'c0ffee',
  }),
  chains: [
    {
      name: 'billing-export',
      source: { path: 'chains.yaml', line: 12 },
      state: 'broken',
      expiresAt: '2026-11-22T13:00:00.000Z',
      hops: [{ from: relay, to: reader, permission: 'x', state: 'missing' }],
      reach: [],
    },
    { name: 'metrics', source: null, state: 'ok', expiresAt: null, hops: [], reach: [EVE] },
  ],
  findings: [finding],
  coverage: {
    read: ['projects/acme-data'],
    unread: [{ resource: 'folders/1', reason: 'why' }],
    notCovered: [],
  },
};

describe('a report as text', () => {
  it('has one thing a line: chains, findings with their fix, what is unread, the verdict', () => {
    expect(reportAs(report, 'text').body.split('\n')).toEqual([
      'audit of 2026-11-22T12:00:00.000Z, chain file 0123456789ab, generation 17, written at 2026-11-22T11:00:00.000Z, by ada@acme.com as the publisher states, commit c0ffee',
      '',
      'broken    billing-export, expires 2026-11-22T13:00:00.000Z',
      `          hop 1 missing: ${relay} -> ${reader} (x)`,
      'ok        metrics',
      '          also in reach of user:eve@acme.com',
      '',
      'high      hop-conditional billing-export hop 1: relay needs x on reader; the condition of its grant does not hold',
      '          at  chains.yaml:12',
      `          by  roles/r on projects/acme-data/serviceAccounts/${reader}`,
      '          if  request.time < timestamp("2020-01-01T00:00:00Z")',
      '          fix gcloud iam mend it',
      '',
      'unread    folders/1: why',
      '',
      'not clean: 2 chains, 1 finding, 1 unread',
      '',
    ]);
  });

  it('says what is left out, and that it is of a local cloud', () => {
    const shown: ShownReport = {
      ...report,
      filter: { chains: ['metrics'], severities: [] },
      cloud: 'LOCAL',
    };
    expect(reportAs(shown, 'text').body).toMatch(
      /^LOCAL\naudit of .*\nonly what concerns metrics\n/,
    );
  });

  it('says clean only of a report that is', () => {
    const clean: Report = {
      ...report,
      clean: true,
      findings: [],
      coverage: { read: [], unread: [], notCovered: [] },
    };
    expect(reportAs(clean, 'text').body).toMatch(/^clean: 2 chains, 0 findings, 0 unread$/m);
  });
});

const hostile = (text: string): Report => ({
  ...report,
  findings: [
    {
      ...finding,
      member: text,
      evidence: { ...finding.evidence, summary: text, role: text, condition: { expression: text } },
    },
  ],
  coverage: {
    read: [text],
    unread: [{ resource: text, reason: text }],
    notCovered: [{ resource: text, reason: text }],
  },
});

describe.each(HOSTILE_ROWS)('a report that holds %s', (_title, text) => {
  it('has as many lines of text as any, and no hidden character in them', () => {
    const { body } = reportAs(hostile(text), 'text');
    expect(body.split('\n')).toHaveLength(reportAs(report, 'text').body.split('\n').length);
    expect(body.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  });

  it('is the same report when its JSON is read, with no hidden character in it', () => {
    const { body } = reportAs(hostile(text), 'json');
    expect(JSON.parse(body)).toEqual(hostile(text));
    expect(body.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  });
});
