import { readFile } from 'node:fs/promises';
import Ajv2020 from 'ajv/dist/2020.js';
import { alertLine } from '../../functions/audit/alert-log-line.ts';
import { allOpen } from '../../shared/domain/audit/alerts/alerts.ts';
import { isPrintable } from '../../shared/domain/basics/text/printable.ts';
import { explanationText } from '../../shared/report/explanation.ts';
import { reportAs } from '../../shared/report/formats.ts';
import { reportJsonSchema } from '../../shared/report/schema/report.ts';
import { reachText } from '../../shared/report/words/reach.ts';
import type { ShownReport } from '../../shared/report/words/shown-report.ts';
import { filtered } from '../../shared/report/words/view.ts';
import { grant, report, withGrants } from '../domain/audit/audit-world.ts';
import { HOSTILE_ROWS } from '../domain/hostile.ts';
import { CREATOR, READER_POLICY } from '../domain/iam/snapshots.ts';
import { fleetOf } from './fleet.ts';
import { finding, NOW } from './parts.ts';
import { CLEAN, REPORT } from './reports.ts';

describe.each(HOSTILE_ROWS)('a member and a condition that contain $title', ({ text }) => {
  const audited = report(
    withGrants(
      READER_POLICY,
      grant(`user:${text}`, CREATOR, `request.time > timestamp("${text}")`),
    ),
  );

  it('give an alert on one line without hidden characters', () => {
    for (const alert of allOpen(audited)) {
      const { fields, message } = alertLine(alert);
      expect([message, ...Object.values(fields)].every((one) => isPrintable(String(one)))).toBe(
        true,
      );
    }
  });

  it('give one line about another member who can get a credential', () => {
    const reach = audited.chains[0]?.reach ?? [];
    expect(reach).toHaveLength(1);
    const shown = explanationText({
      name: 'a',
      kind: 'access-token',
      secret: 's',
      hops: [],
      reach,
    });
    expect(shown.split('\n')).toHaveLength(
      explanationText({ name: 'a', kind: 'access-token', secret: 's', hops: [], reach: [] }).split(
        '\n',
      ).length + 3,
    );
    expect(reach.map(reachText)).toHaveLength(1);
  });
});

const many = (count: number, severity: 'high' | 'low' | 'info') =>
  Array.from({ length: count }, (_, i) =>
    finding({ kind: 'overgrant', severity, fingerprint: `${severity}-${i}` }),
  );
/** 1,999 high, 1,000 low and 1 info: the first 1,000 are shown. */
const FULL: ShownReport = {
  ...CLEAN,
  clean: false,
  findings: [...many(1999, 'high'), ...many(1000, 'low'), ...many(1, 'info')],
};
const TEXT =
  '2,000 more findings are left out (999 high, 1,000 low, 1 info): a report holds the worst, 1,000 and 4 MB at most';
const bodyOf = (format: Parameters<typeof reportAs>[1], report = FULL) =>
  reportAs(report, format, NOW).body;

describe('a report of 3,000 findings', () => {
  it('has 1,000 of them as JSON, and counts the others', () => {
    const { findings, leftOut } = JSON.parse(bodyOf('json')) as ShownReport;
    expect(findings).toEqual(JSON.parse(JSON.stringify(FULL.findings.slice(0, 1000))));
    expect(leftOut).toEqual([
      { kind: 'overgrant', severity: 'high', count: 999 },
      { kind: 'overgrant', severity: 'low', count: 1000 },
      { kind: 'overgrant', severity: 'info', count: 1 },
    ]);
  });

  it('says as text how many it leaves out, and counts all in its last line', () => {
    const lines = bodyOf('text').split('\n');
    expect(lines).toContain(TEXT);
    expect(lines.at(-2)).toMatch(/ 3000 findings,/);
  });

  it('says so on the page, whose headline and counts are of all findings', () => {
    const page = bodyOf('html');
    expect(page.match(/<article /g)).toHaveLength(1000);
    const said = [`<p>${TEXT}.</p>`, '2,999 findings</h1>', '>1999 high</span>'];
    expect(said.filter((text) => !page.includes(text))).toEqual([]);
  });

  it('says so in SARIF, where the run is not successful', () => {
    const { runs } = JSON.parse(bodyOf('sarif')) as {
      runs: { results: object[]; invocations: object[]; properties: object }[];
    };
    const [run] = runs;
    expect(run?.results).toHaveLength(1000);
    expect(run?.invocations).toMatchObject([
      {
        executionSuccessful: false,
        toolExecutionNotifications: expect.arrayContaining([
          { descriptor: { id: 'left-out' }, level: 'error', message: { text: `${TEXT}.` } },
        ]),
      },
    ]);
    expect(run?.properties).toMatchObject({ leftOut: [{ count: 999 }, {}, {}] });
  });

  it('counts all of them in its gauges, and says how many it leaves out', () => {
    const lines = bodyOf('prometheus').split('\n');
    expect(lines.filter((line) => line.startsWith('hopmint_findings'))).toEqual([
      'hopmint_findings{kind="overgrant",severity="high"} 1999',
      'hopmint_findings{kind="overgrant",severity="low"} 1000',
      'hopmint_findings{kind="overgrant",severity="info"} 1',
      'hopmint_findings_left_out{severity="high"} 999',
      'hopmint_findings_left_out{severity="low"} 1000',
      'hopmint_findings_left_out{severity="info"} 1',
    ]);
  });

  it('has other findings with a filter, because a filter comes before the limit', () => {
    const low = filtered(FULL, { chains: [], severities: ['low', 'info'] });
    expect(bodyOf('text', low)).toContain('1 more finding is left out (1 info)');
    const stored = JSON.parse(bodyOf('json')) as ShownReport;
    const lowOfStored = filtered(stored, { chains: [], severities: ['low'] });
    expect(bodyOf('text', lowOfStored)).toContain('1,000 more findings are left out (1,000 low)');
  });
});

it('A report of 1,000 findings leaves none out, and does not say so', () => {
  const report: ShownReport = { ...FULL, findings: FULL.findings.slice(0, 1000) };
  for (const format of ['json', 'text', 'html', 'prometheus'] as const) {
    expect(bodyOf(format, report).match(/left.?out/i)).toBeNull();
  }
});

const compile = (schema: object) =>
  new Ajv2020.default({ strict: false, validateFormats: false }).compile(schema);
const closed = compile(reportJsonSchema({ closed: true }));
const open = compile(reportJsonSchema());

describe('the JSON Schema of the report', () => {
  it('is the one in the repository, which npm run schema writes', async () => {
    const path = new URL('../../examples/report.schema.json', import.meta.url);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(reportJsonSchema());
  });

  const right: { title: string; report: ShownReport }[] = [
    { title: 'a report with every kind of content', report: REPORT },
    { title: 'a clean report', report: CLEAN },
    { title: 'a fleet', report: fleetOf(50) },
    {
      title: 'a filtered report of a local cloud',
      report: { ...REPORT, filter: { chains: ['a'], severities: ['low'] }, cloud: 'LOCAL' },
    },
  ];
  it.each(right)('knows every key of $title', ({ report }) => {
    const written: unknown = JSON.parse(reportAs(report, 'json').body);
    expect(closed(written) || closed.errors).toBe(true);
  });

  const [chain] = REPORT.chains;
  const [finding] = REPORT.findings;
  const wrong: { title: string; report: object }[] = [
    { title: 'another version', report: { ...REPORT, version: 2 } },
    { title: 'no clean', report: { ...REPORT, clean: undefined } },
    { title: 'an unknown state', report: { ...REPORT, chains: [{ ...chain, state: 'fine' }] } },
    {
      title: 'an unknown severity',
      report: { ...REPORT, findings: [{ ...finding, severity: 'urgent' }] },
    },
    { title: 'a hop with the number 0', report: { ...REPORT, findings: [{ ...finding, hop: 0 }] } },
    {
      title: 'a finding without evidence',
      report: { ...REPORT, findings: [{ ...finding, evidence: undefined }] },
    },
    {
      title: 'coverage without unread',
      report: { ...REPORT, coverage: { read: [], notCovered: [] } },
    },
  ];
  it.each(wrong)('refuses $title', ({ report }) => {
    expect(open(JSON.parse(JSON.stringify(report)))).toBe(false);
  });

  it('accepts a later report with more keys', () => {
    const later = { ...REPORT, chains: [{ ...chain, mood: 'good' }] };
    expect([open(later), closed(later)]).toEqual([true, false]);
  });

  it('describes every key', () => {
    const undescribed: string[] = [];
    const walk = (schema: unknown, path: string): void => {
      if (typeof schema !== 'object' || schema === null) return;
      for (const [key, value] of Object.entries(schema)) {
        if (key !== 'properties') walk(value, `${path}/${key}`);
        else
          for (const [name, of] of Object.entries(
            value as Record<string, { description?: string }>,
          )) {
            if (!of.description) undescribed.push(`${path}/${name}`);
            walk(of, `${path}/${name}`);
          }
      }
    };
    walk(reportJsonSchema(), '');
    expect(undescribed).toEqual([]);
  });
});
