import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { reportAs } from '../../../shared/report/formats.ts';
import type { ShownReport } from '../../../shared/report/words/shown-report.ts';
import { HOSTILE } from '../../domain/hostile.ts';
import { reportWith } from '../../report/hostile-report.ts';
import { NOW } from '../../report/parts.ts';
import { REPORT } from '../../report/reports.ts';
import { NPM_ENV } from '../npm-env.ts';
import { REPORTS } from './reports.ts';

const run = promisify(execFile);
const MULTITOOL = '@microsoft/sarif-multitool@5.7.0';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'reports-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const sarifOf = (report: ShownReport): string => reportAs(report, 'sarif', NOW).body;

/**
 * The levels and rules that Microsoft's validator reports for each file. SARIF1… are rules of the standard, SARIF2… are recommendations.
 * For a file that is not SARIF it reports nothing.
 */
async function complaintsOf(files: readonly string[]): Promise<string[][]> {
  const paths = await Promise.all(
    files.map(async (text, i) => {
      const path = join(directory, `${i}.sarif`);
      await writeFile(path, text);
      return path;
    }),
  );
  // In a folder of its own: our settings would forbid the install script of the validator.
  const { stdout } = await run('npx', ['--yes', MULTITOOL, 'validate', ...paths], {
    cwd: directory,
    env: NPM_ENV,
    maxBuffer: 100_000_000,
  });
  const complaints = [...stdout.matchAll(/^(.*\.sarif)\(.*?\): (\w+ SARIF\d+):/gm)];
  return paths.map((path) => [
    ...new Set(complaints.flatMap(([, file, rule]) => (file === path && rule ? [rule] : []))),
  ]);
}

/** The only recommendation that our files do not follow: they name no web site of the tool. It also shows that the validator read a file. */
const VALID = ['warning SARIF2005'];

describe('Microsoft’s SARIF validator', () => {
  it('accepts every report', async () => {
    const files = REPORTS.map(({ report }) => sarifOf(report));
    expect(await complaintsOf(files)).toEqual(files.map(() => VALID));
  });

  it('accepts a report with hostile text from a policy', async () => {
    const files = HOSTILE.map((text) => sarifOf(reportWith(text)));
    expect(await complaintsOf(files)).toEqual(files.map(() => VALID));
  });

  it('refuses a wrong index', async () => {
    const wrong = sarifOf(REPORT).replace('"ruleIndex": 0', '"ruleIndex": 99');
    expect(await complaintsOf([wrong])).toEqual([['error SARIF1009', ...VALID]]);
  });
});
