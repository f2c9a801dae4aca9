import type { Job } from './fanner.ts';
import { type Bench, figureOf, type Pair, sideBySide } from './figure.ts';
import { type LargeFleet, openLargeFleet } from './large-fleet.ts';
import { type Measured, startProcess } from './process.ts';

/** Below it, what a tick costs as such weighs more than its chains. */
const BASE = 1_000;
const SIZES = [100, BASE, 10_000, 100_000] as const;
const roundsOf = (count: number) => (count > 10_000 ? 5 : 9);
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

const tick: Job = { now: now.toISOString() };
const timesOf = (count: number) => Math.ceil(Math.min(50, CHAINS_A_ROUND / count));
const startFanner = ({ url, path, env }: LargeFleet) =>
  startProcess(['build/bench/fanner.js', url, path], env);

/** @param base a process that ticks `BASE` chains: what more chains cost is held against it, round by round */
async function measure(fleet: LargeFleet, count: number, base: Measured) {
  await using ours = await startFanner(fleet);
  await using theirs = await startFanner(fleet);
  const program = { ...tick, projects: fleet.projects };
  const times = timesOf(count);
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
  const growth: Pair[] = [];
  const pairs = await sideBySide(
    roundsOf(count),
    async () => {
      const { cpuMs } = await ticks(ours, tick, times);
      const few = await ticks(base, tick, timesOf(BASE));
      growth.push([(cpuMs / count) * 1000, (few.cpuMs / BASE) * 1000]);
      return cpuMs;
    },
    async () => (await ticks(theirs, program, times)).cpuMs,
  );
  const { rssMb } = await ours.usage();
  const kept: Pair[] = [[(await ours.usage('collect')).heapMb, heapMb]];
  return { pairs, growth, published, calls, rssMb, kept };
}

/** A tick of a fleet that rotates: all of it is listed, and a thirtieth is due. */
export const bench: Bench = {
  name: 'fan-out',
  async *run() {
    await using few = await openLargeFleet(BASE, now);
    await using base = await startFanner(few);
    await ticks(base, tick, timesOf(BASE));
    for (const count of SIZES) {
      await using fleet = await openLargeFleet(count, now);
      const { pairs, growth, published, calls, rssMb, kept } = await measure(fleet, count, base);
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
      if (count > BASE) {
        yield figureOf({
          name: `${of}: CPU of a chain`,
          unit: 'µs',
          against: `of ${BASE}`,
          pairs: growth,
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
