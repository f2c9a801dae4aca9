import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { reportAs } from '../../../shared/report/formats.ts';
import type { ShownReport } from '../../../shared/report/words/shown-report.ts';
import { HOSTILE } from '../../domain/hostile.ts';
import { CLEAN, fleetOf, NOW, REPORT, reportWith } from '../../report/reports.ts';

// `promtool` is in Debian's package `prometheus`.

const run = promisify(execFile);
const MULTITOOL = '@microsoft/sarif-multitool@5.7.0';
const reports: [title: string, report: ShownReport][] = [
  ['one of everything', REPORT],
  ['a clean one', CLEAN],
  ['a fleet', fleetOf(200)],
  [
    'one of a local cloud, filtered',
    { ...REPORT, cloud: 'LOCAL', filter: { chains: ['x'], severities: [] } },
  ],
];

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'reports-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const sarifOf = (report: ShownReport): string => reportAs(report, 'sarif', NOW).body;

/**
 * What Microsoft's validator says of each file, as levels and rules: SARIF1… of the standard, SARIF2… of good manners. Of a file that
 * is not SARIF at all it says nothing.
 */
async function complaintsOf(files: readonly string[]): Promise<string[][]> {
  const paths = await Promise.all(
    files.map(async (text, i) => {
      const path = join(directory, `${i}.sarif`);
      await writeFile(path, text);
      return path;
    }),
  );
  const { stdout } = await run('npx', ['--yes', MULTITOOL, 'validate', ...paths], {
    maxBuffer: 100_000_000,
  });
  const told = [...stdout.matchAll(/^(.*\.sarif)\(.*?\): (\w+ SARIF\d+):/gm)];
  return paths.map((path) => [
    ...new Set(told.flatMap(([, of, rule]) => (of === path && rule ? [rule] : []))),
  ]);
}

/** It has been read to the end, and lacks nothing but the address of a site that tells of us. */
const FINE = ['warning SARIF2005'];

describe('Microsoft’s SARIF validator', () => {
  it('has nothing against any report', async () => {
    const files = reports.map(([, report]) => sarifOf(report));
    expect(await complaintsOf(files)).toEqual(files.map(() => FINE));
  });

  it('has nothing against it, whatever a policy puts in', async () => {
    const files = HOSTILE.map((text) => sarifOf(reportWith(text)));
    expect(await complaintsOf(files)).toEqual(files.map(() => FINE));
  });

  it('would say so', async () => {
    const wrong = sarifOf(REPORT).replace('"ruleIndex": 0', '"ruleIndex": 99');
    expect(await complaintsOf([wrong])).toEqual([['error SARIF1009', ...FINE]]);
  });
});

/** What `promtool check metrics` says, of form and of Prometheus' conventions. */
const check = (metrics: string) => {
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
    input: metrics,
  });
  return { status, told: `${stdout}${stderr}` };
};

describe('promtool', () => {
  const hostile = HOSTILE.map((text): [string, ShownReport] => [
    JSON.stringify(text),
    reportWith(text),
  ]);
  // Where every name is the same text, two series are the same one: promtool is to judge what is written of one.
  const one = hostile.map(([title, report]): [string, ShownReport] => [
    title,
    {
      ...report,
      chains: report.chains.slice(3, 4).map((c) => ({ ...c, hops: c.hops.slice(0, 1) })),
    },
  ]);
  it.each([...reports, ...one])('finds nothing wrong with the metrics of %s', (_title, report) => {
    expect(check(reportAs(report, 'prometheus', NOW).body)).toEqual({
      status: 0,
      told: '',
    });
  });

  it('would say so', () => {
    expect(check('# TYPE x counter\nx{a="b} 1\n').status).not.toBe(0);
  });
});
