import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { localClient } from '../cli/commands/start/local-client.ts';
import { type Bench, type Figure, figureOf, sideBySide } from './figures/figure.ts';
import type { Audited, Job } from './measured/auditor.ts';
import { type Measured, startProcess } from './processes/process.ts';
import { temporary } from './processes/temporary.ts';
import { AUDITOR, auditedWorld } from './worlds/audited-world.ts';
import { startCloud } from './worlds/cloud.ts';

/** Audits of a few accounts are measured many together: a round is to take a second. Each round is the next instance's. */
const SIZES = [
  { count: 10, rounds: 9, times: 50 },
  { count: 1_000, rounds: 9, times: 1 },
  { count: 10_000, rounds: 3, times: 1 },
] as const;
const INSTANCES = 3;

const MEMORY_MB = 1024;
/** What Node sets by itself in a container of so much memory. With all of a machine's in reach it would collect its garbage late. */
const AS_IN_1_GIB = { NODE_OPTIONS: '--max-old-space-size=512 --max-semi-space-size=4' };

async function* measure({ count, rounds, times }: (typeof SIZES)[number]): AsyncIterable<Figure> {
  const path = join(temporary(), 'chains.jsonl');
  await writeFile(path, auditedWorld(count).published);
  await using cloud = await startCloud('./audited-process.ts', [String(count)]);
  const { url } = cloud;
  const env = {
    ...AS_IN_1_GIB,
    GCE_METADATA_HOST: await localClient(url).metadata(AUDITOR),
    METADATA_SERVER_DETECTION: 'assume-present',
  };
  await using auditors = new AsyncDisposableStack();
  const instances: Measured[] = [];
  const firsts: Audited[] = [];
  for (let n = 0; n < INSTANCES; n++) {
    const auditor = auditors.use(
      await startProcess(['build/bench/measured/auditor.js', url, path], env),
    );
    const first = await auditor.ask<Audited>({ do: 'audit', times: 1 });
    if (first.unread > 0) throw new Error(`${first.unread} resources were not read`);
    instances.push(auditor);
    firsts.push(first);
  }
  const inTurn = (job: Job) => {
    let round = 0;
    return () => (instances[round++ % INSTANCES] as Measured).ask<Audited>(job);
  };
  const measured = await sideBySide(
    rounds,
    inTurn({ do: 'audit', times }),
    inTurn({ do: 'read', times }),
  );
  const paged: Audited[] = [];
  for (const each of instances) paged.push(await each.ask<Audited>({ do: 'page', times: 1 }));
  const of = `audit of ${count} accounts`;
  yield figureOf({
    name: `${of}: reads`,
    unit: 'reads',
    against: 'distinct resources',
    pairs: firsts.map(({ reads, distinct }) => [reads, distinct]),
    budget: 1,
    exactly: true,
  });
  for (const [what, key] of [
    ['time', 'tookMs'],
    ['CPU', 'cpuMs'],
  ] as const) {
    yield figureOf({
      name: `${of}: ${what}`,
      unit: 'ms',
      against: 'the same reads, as many at once, and nothing else',
      pairs: measured.map(([ours, bare]) => [ours[key], bare[key]]),
      budget: 1.3,
    });
  }
  yield figureOf({
    name: `${of}: memory at most, its page included`,
    unit: 'MB',
    against: 'what the function has',
    pairs: paged.map(({ peakMb }) => [peakMb, MEMORY_MB]),
    budget: 0.6,
  });
  yield figureOf({
    name: `${of}: its page`,
    unit: 'KB an account',
    against: 'MB in all',
    pairs: paged.map(({ page }) => [page / 1024 / count, page / 1024 ** 2]),
  });
}

/** Reading and judging all policies above so many accounts, whose chains share their hops. */
export const bench: Bench = {
  name: 'audit',
  async *run() {
    for (const size of SIZES) yield* measure(size);
  },
};
