import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

// Needs `promtool`, which is in Debian's package `prometheus`.

const run = promisify(execFile);

/** Queries that are evaluated on the same series, with one sample a minute. */
export type Evaluation = {
  /** In promtool's notation: `0+1x180` rises by one each minute, `5x180` stays, and `_x180` has no sample. */
  readonly series: Readonly<Record<string, string>>;
  readonly queries: readonly string[];
  /** A duration such as `3h`. */
  readonly at: string;
};

/**
 * The results of each query: `{x="1"} 1E+01` for each series. Alerts with a result fire, once for each series.
 *
 * @throws {Error} if promtool does not accept a query or a series
 */
export async function evaluated(all: readonly Evaluation[]): Promise<readonly string[][][]> {
  const directory = await mkdtemp(join(tmpdir(), 'promtool-'));
  const nameOf = (i: number, j: number) => `# ${i}-${j}`;
  const tests = all.map(({ series, queries, at }, i) => ({
    interval: '1m',
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    promql_expr_test: queries.map((query, j) => ({
      expr: `(${query}) ${nameOf(i, j)}`,
      eval_time: at,
      exp_samples: [], // promtool prints the samples that nobody expects
    })),
  }));
  await writeFile(
    join(directory, 'test.json'),
    JSON.stringify({ rule_files: [], evaluation_interval: '1m', tests }),
  );
  const output = await run('promtool', ['test', 'rules', 'test.json'], { cwd: directory }).then(
    ({ stdout }) => stdout,
    ({ code, stdout, stderr }) => {
      if (code !== 1 || !/^ +got:/m.test(stderr)) throw new Error(`promtool: ${stdout}${stderr}`);
      return `${stdout}${stderr}`;
    },
  );
  await rm(directory, { recursive: true });
  if (/err(or)?:/i.test(output)) throw new Error(output);
  const found = new Map<string, string[]>();
  for (const [, name = '', got = ''] of output.matchAll(
    /(# \d+-\d+)", time: [^\n]*\n +exp: [^\n]*\n +got: ([^\n]*)/g,
  )) {
    found.set(name, got.match(/\{[^}]*\} \S+/g) ?? []);
  }
  return all.map(({ queries }, i) => queries.map((_, j) => found.get(nameOf(i, j)) ?? []));
}
