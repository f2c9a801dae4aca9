import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { localClient } from '../cli/start/local-client.ts';
import { AUDITOR, auditedWorld } from './audited-world.ts';
import type { Audited, Job } from './auditor.ts';
import { startCloud } from './cloud.ts';
import { type Bench, type Figure, figureOf, sideBySide } from './figure.ts';
import { startProcess } from './process.ts';
import { temporary } from './temporary.ts';

/** Audits of a few accounts are measured many together: a round is to take a second. */
const SIZES = [
  { count: 10, rounds: 9, times: 50 },
  { count: 1_000, rounds: 7, times: 1 },
  { count: 10_000, rounds: 3, times: 1 },
] as const;

const MEMORY_MB = 1024;
/** What Node sets by itself in a container of so much memory. With all of a machine's in reach it would collect its garbage late. */
const AS_IN_1_GIB = { NODE_OPTIONS: '--max-old-space-size=512 --max-semi-space-size=4' };

async function* measure({ count, rounds, times }: (typeof SIZES)[number]): AsyncIterable<Figure> {
  const path = join(temporary(), 'chains.json');
  await writeFile(path, auditedWorld(count).chainFile);
  await using cloud = await startCloud('./audited-process.ts', [String(count)]);
  const { url } = cloud;
  await using auditor = await startProcess(['build/bench/auditor.js', url, path], {
    ...AS_IN_1_GIB,
    GCE_METADATA_HOST: await localClient(url).metadata(AUDITOR),
    METADATA_SERVER_DETECTION: 'assume-present',
  });
  const ask = (job: Job) => auditor.ask<Audited>(job);
  const first = await ask({ do: 'audit', times: 1 });
  if (first.unread > 0) throw new Error(`${first.unread} resources were not read`);
  const measured = await sideBySide(
    rounds,
    () => ask({ do: 'audit', times }),
    () => ask({ do: 'read', times }),
  );
  const { page, peakMb } = await ask({ do: 'page', times: 1 });
  const of = `audit of ${count} accounts`;
  yield figureOf({
    name: `${of}: reads`,
    unit: 'reads',
    against: 'distinct resources',
    pairs: [[first.reads, first.distinct]],
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
    pairs: [[peakMb, MEMORY_MB]],
    budget: 0.6,
  });
  yield figureOf({
    name: `${of}: its page`,
    unit: 'KB an account',
    against: 'MB in all',
    pairs: [[page / 1024 / count, page / 1024 ** 2]],
  });
}

/** Reading and judging all policies above so many accounts, whose chains share their hops. */
export const bench: Bench = {
  name: 'audit',
  async *run() {
    for (const size of SIZES) yield* measure(size);
  },
};
