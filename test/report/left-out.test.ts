import { reportAs } from '../../shared/report/formats.ts';
import type { ShownReport } from '../../shared/report/words/shown-report.ts';
import { filtered } from '../../shared/report/words/view.ts';
import { finding, NOW } from './parts.ts';
import { CLEAN } from './reports.ts';

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
  '2,000 more findings are left out (999 high, 1,000 low, 1 info): a report holds the 1,000 worst';
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
