import type { Job } from './fanner.ts';
import { type Bench, figureOf, type Pair } from './figure.ts';
import { type LargeFleet, openLargeFleet } from './large-fleet.ts';
import { type Measured, startProcess } from './process.ts';

const SIZES = [100, 1_000, 10_000, 100_000] as const;
const ROUNDS = 3;
/** A tick of few chains is measured by many of it: the clock of the CPU is coarse. */
const CHAINS_A_ROUND = 30_000;
/** Cloud Run's, for the service that fans out a hundred thousand chains. */
const MEMORY_MB = 1024;
const SECRETS_A_CALL = 25_000;
/** Each ledger is checked, and held against the chain's digest, its grid, its pauses and the room of its project. */
const CHECKED = 1.5;

const now = new Date('2026-11-22T12:00:00Z');

type Ticks = { readonly cpuMs: number; readonly published: number };

async function ticks(measured: Measured, job: Job, times: number): Promise<Ticks> {
  const before = await measured.usage();
  let published = 0;
  for (let i = 0; i < times; i++) {
    published = (await measured.ask<{ published: number }>(job)).published;
  }
  const { cpuMs } = await measured.usage();
  return { cpuMs: (cpuMs - before.cpuMs) / times, published };
}

async function measure(fleet: LargeFleet, count: number) {
  const start = () => startProcess(['build/bench/fanner.js', fleet.url, fleet.path], fleet.env);
  await using ours = await start();
  await using theirs = await start();
  const tick = { now: now.toISOString() };
  const program = { ...tick, projects: fleet.projects };
  const times = Math.ceil(Math.min(50, CHAINS_A_ROUND / count));
  const warmUp = Math.ceil(Math.min(20, CHAINS_A_ROUND / count));
  await ticks(ours, tick, warmUp);
  await ticks(theirs, program, warmUp);

  const called = await fleet.calls();
  const { published } = await ticks(ours, tick, 1);
  const after = await fleet.calls();
  const calls = Object.entries(after)
    .filter(([api]) => api === 'secretmanager' || api === 'pubsub')
    .reduce((sum, [api, n]) => sum + n - (called[api] ?? 0), 0);

  const { heapMb } = await ours.usage('collect');
  const pairs: Pair[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const mine = await ticks(ours, tick, times);
    pairs.push([mine.cpuMs, (await ticks(theirs, program, times)).cpuMs]);
  }
  const { rssMb } = await ours.usage();
  const kept: Pair[] = [[(await ours.usage('collect')).heapMb, heapMb]];
  return { pairs, published, calls, rssMb, kept };
}

/** A tick of a fleet that rotates: all of it is listed, and a thirtieth is due. */
export const bench: Bench = {
  name: 'fan-out',
  async *run() {
    let smallest: readonly Pair[] | undefined;
    for (const count of SIZES) {
      await using fleet = await openLargeFleet(count, now);
      const { pairs, published, calls, rssMb, kept } = await measure(fleet, count);
      const of = `fan-out of ${count}`;
      const lists = fleet.projects.length * Math.ceil(Math.min(count, 3780) / SECRETS_A_CALL);
      yield figureOf({
        name: `${of}: calls`,
        unit: 'calls',
        against: 'on paper',
        pairs: [[calls, lists + Math.ceil(published / 1000)]],
        budget: 1,
        exactly: true,
      });
      yield figureOf({
        name: `${of}: CPU of a tick`,
        unit: 'ms',
        against: 'a list and a publish with the official clients',
        pairs,
        budget: CHECKED,
      });
      if (count === 10_000) {
        yield figureOf({
          name: `${of}: memory that ticks keep`,
          unit: 'MB of live objects',
          against: 'after the first ticks',
          pairs: kept,
          budget: 1.1,
        });
      }
      const each = pairs.map(([mine]) => (mine / count) * 1000);
      if (count === 1_000) smallest = pairs.map(([mine]) => [(mine / count) * 1000, 0]);
      if (smallest && count > 1_000) {
        yield figureOf({
          name: `${of}: CPU of a chain`,
          unit: 'µs',
          against: 'of 1,000',
          pairs: each.map((value, i) => [value, (smallest as Pair[])[i]?.[0] ?? Number.NaN]),
          budget: 1.15,
        });
      }
      if (count === 100_000) {
        yield figureOf({
          name: `${of}: memory`,
          unit: 'MB',
          against: 'what the function has',
          pairs: [[rssMb, MEMORY_MB]],
          budget: 1,
        });
      }
    }
  },
};
