import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localClient } from '../cli/start/local-client.ts';
import { AUDITOR, auditedWorld } from './audited-world.ts';
import type { Audited } from './auditor.ts';
import { type Bench, type Figure, figureOf, type Pair } from './figure.ts';
import { startProcess } from './process.ts';

const SIZES = [10, 1_000, 10_000] as const;
const ROUNDS: Readonly<Record<number, number>> = { 10: 9, 1000: 5, 10000: 3 };
/** As an audit reads. */
const AT_ONCE = 20;
const MEMORY_MB = 1024;

const now = new Date('2026-11-22T12:00:00Z').toISOString();

async function* measure(count: number): AsyncIterable<Figure> {
  const directory = await mkdtemp(join(tmpdir(), 'hopmint-bench-'));
  const path = join(directory, 'chains.json');
  await writeFile(path, auditedWorld(count).chainFile);
  const server = fork(new URL('./audited-process.ts', import.meta.url), [String(count)]);
  try {
    const [{ url }] = (await once(server, 'message')) as [{ url: string }];
    await using auditor = await startProcess(['build/bench/auditor.js', url, path], {
      GCE_METADATA_HOST: await localClient(url).metadata(AUDITOR),
      METADATA_SERVER_DETECTION: 'assume-present',
    });
    const audit = () => auditor.ask<Audited>({ now });
    const bare = () => auditor.ask<Audited>({ now, bareAtOnce: AT_ONCE });
    let last = await audit();
    await bare();
    const wall: Pair[] = [];
    const cpu: Pair[] = [];
    for (let round = 0; round < (ROUNDS[count] ?? 3); round++) {
      last = await audit();
      const { tookMs, cpuMs } = await bare();
      wall.push([last.tookMs, tookMs]);
      cpu.push([last.cpuMs, cpuMs]);
    }
    if (last.unread > 0) throw new Error(`${last.unread} resources were not read`);
    const of = `audit of ${count} accounts`;
    const against = 'the same reads, as many at once, and nothing else';
    yield figureOf({
      name: `${of}: reads`,
      unit: 'reads',
      against: 'distinct resources',
      pairs: [[last.reads, last.distinct]],
      budget: 1,
      exactly: true,
    });
    yield figureOf({ name: `${of}: time`, unit: 'ms', against, pairs: wall, budget: 1.3 });
    yield figureOf({ name: `${of}: CPU`, unit: 'ms', against, pairs: cpu, budget: 1.3 });
    yield figureOf({
      name: `${of}: memory at most, its page included`,
      unit: 'MB',
      against: 'what the function has',
      pairs: [[last.peakMb, MEMORY_MB]],
      budget: 1,
    });
    yield figureOf({
      name: `${of}: its page`,
      unit: 'KB an account',
      against: 'MB in all',
      pairs: [[last.page / 1024 / count, last.page / 1024 ** 2]],
    });
  } finally {
    server.kill();
    await rm(directory, { recursive: true });
  }
}

/** Reading and judging all policies above so many accounts, whose chains share their hops. */
export const bench: Bench = {
  name: 'audit',
  async *run() {
    for (const count of SIZES) yield* measure(count);
  },
};
