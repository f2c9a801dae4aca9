import type { Finding } from '../../shared/domain/audit/finding/finding.ts';
import type { ListedReport } from '../../shared/domain/audit/listed-report.ts';
import type { Format } from '../../shared/report/format-names.ts';
import { formatOf, reportAs } from '../../shared/report/formats.ts';
import type { ShownReport } from '../../shared/report/words/shown-report.ts';
import { versionOf } from '../domain/chain/versions.ts';
import { HOSTILE_ROWS } from '../domain/hostile.ts';
import { REPORT } from './reports.ts';

const relay = 'relay@acme-ops.iam.gserviceaccount.com';
const reader = 'reader@acme-data.iam.gserviceaccount.com';
const finding: Finding = {
  kind: 'hop-conditional',
  severity: 'high',
  chain: 'billing-export',
  chains: ['billing-export'],
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
  fix: { gcloud: 'gcloud iam fix it' },
};
const EVE = {
  member: 'user:eve@acme.com',
  steps: [
    { who: 'user:eve@acme.com', permission: 'p', on: reader, resource: 'r', role: 'roles/r' },
  ],
};
const report: ListedReport = {
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
      observed: null,
      hops: [{ from: relay, to: reader, permission: 'x', state: 'missing' }],
      reach: [],
      reachCount: 0,
    },
    {
      name: 'metrics',
      source: null,
      state: 'ok',
      expiresAt: null,
      observed: null,
      hops: [],
      reach: [EVE],
      reachCount: 1,
    },
  ],
  findings: [finding],
  coverage: {
    read: ['projects/acme-data'],
    unread: [{ resource: 'folders/1', reason: 'why' }],
    notCovered: [],
  },
};

describe('a report as text', () => {
  it('has one fact a line: chains, findings with their fixes, unread resources, the verdict', () => {
    expect(reportAs(report, 'text').body.split('\n')).toEqual([
      'audit of 2026-11-22T12:00:00.000Z, chain file 0123456789ab, generation 17, written at 2026-11-22T11:00:00.000Z, by ada@acme.com as the publisher states, commit c0ffee',
      '',
      'broken    billing-export, expires 2026-11-22T13:00:00.000Z',
      `          hop 1 missing: ${relay} -> ${reader} (x)`,
      'ok        metrics',
      '          others who can get it: user:eve@acme.com',
      '',
      'high      hop-conditional billing-export hop 1: relay needs x on reader; the condition of its grant does not hold',
      '          at  chains.yaml:12',
      `          by  roles/r on projects/acme-data/serviceAccounts/${reader}`,
      '          if  request.time < timestamp("2020-01-01T00:00:00Z")',
      '          fix gcloud iam fix it',
      '',
      'unread    folders/1: why',
      '',
      'not clean: 2 chains, 1 finding, 1 unread',
      '',
    ]);
  });

  it('names its filter and the local cloud', () => {
    const shown: ShownReport = {
      ...report,
      filter: { chains: ['metrics'], severities: [] },
      cloud: 'LOCAL',
    };
    expect(reportAs(shown, 'text').body).toMatch(/^LOCAL\naudit of .*\nshows only metrics\n/);
  });

  it('says clean only if the report is clean', () => {
    const clean: ListedReport = {
      ...report,
      clean: true,
      findings: [],
      coverage: { read: [], unread: [], notCovered: [] },
    };
    expect(reportAs(clean, 'text').body).toMatch(/^clean: 2 chains, 0 findings, 0 unread$/m);
  });
});

describe('the format', () => {
  const anything = (types: string[]) => types[0] ?? false;
  const only = (type: string) => (types: string[]) => types.includes(type) && type;
  const cases: {
    title: string;
    name: unknown;
    accepts: (types: string[]) => string | false;
    format: Format | undefined;
  }[] = [
    {
      title: 'is the named one, even if the request accepts others only',
      name: 'sarif',
      accepts: only('text/html'),
      format: 'sarif',
    },
    { title: 'is none for an unknown name', name: 'pdf', accepts: anything, format: undefined },
    {
      title: 'is none for two names',
      name: ['json', 'html'],
      accepts: anything,
      format: undefined,
    },
    {
      title: 'is JSON for a request that accepts anything',
      name: undefined,
      accepts: anything,
      format: 'json',
    },
    {
      title: 'is JSON for a request that accepts none of the formats',
      name: undefined,
      accepts: () => false,
      format: 'json',
    },
    {
      title: 'is a page for a browser',
      name: undefined,
      accepts: only('text/html'),
      format: 'html',
    },
    {
      title: 'is metrics for Prometheus',
      name: undefined,
      accepts: only('text/plain;version=0.0.4'),
      format: 'prometheus',
    },
    {
      title: 'is text for a terminal',
      name: undefined,
      accepts: only('text/plain'),
      format: 'text',
    },
  ];
  it.each(cases)('$title', ({ name, accepts, format }) => {
    expect(formatOf(name, accepts)).toBe(format);
  });

  it('has headers that stop a browser from sniffing or caching it', () => {
    for (const format of ['json', 'sarif', 'prometheus', 'text'] as const) {
      expect(reportAs(REPORT, format).headers).toEqual({
        'Cache-Control': 'no-store',
        'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
        'Referrer-Policy': 'no-referrer',
        'X-Content-Type-Options': 'nosniff',
      });
    }
  });
});

const hostile = (text: string): ListedReport => ({
  ...report,
  findings: [
    {
      ...finding,
      members: [text, text],
      memberCount: 2,
      evidence: { ...finding.evidence, summary: text, role: text, condition: { expression: text } },
    },
  ],
  coverage: {
    read: [text],
    unread: [{ resource: text, reason: text }],
    notCovered: [{ resource: text, reason: text }],
  },
});

describe.each(HOSTILE_ROWS)('a report that contains $title', ({ text }) => {
  it('has the usual number of lines of text, without hidden characters', () => {
    const { body } = reportAs(hostile(text), 'text');
    expect(body.split('\n')).toHaveLength(reportAs(report, 'text').body.split('\n').length);
    expect(body.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  });

  it('survives JSON without hidden characters', () => {
    const { body } = reportAs(hostile(text), 'json');
    expect(JSON.parse(body)).toEqual(hostile(text));
    expect(body.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  });
});
