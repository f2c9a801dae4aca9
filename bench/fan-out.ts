import { chunk, mean, min, sum } from 'simple-statistics';
import { LISTS_AT_ONCE } from '../functions/fanout/fanout.ts';
import {
  type Bench,
  bestOf,
  type Figure,
  figureOf,
  type Pair,
  sideBySide,
} from './figures/figure.ts';
import type { Job } from './measured/fanout-ticks.ts';
import { type Measured, startProcess } from './processes/process.ts';
import { type LargeFleet, openLargeFleet } from './worlds/large-fleet.ts';

/** What a chain costs among more or fewer is held against what it costs here. */
const BASE = 1_000;
/** Of `BASE` chains and of one, in each turn of growth: the garbage collector comes round in these too. Whole for each list at once. */
const BASE_TICKS = 96;
/**
 * Ours and the other take turns. Of few chains a turn is many ticks, as the clock of the CPU is coarse; a round is so many turns that the
 * garbage collector comes round in each. A turn of growth is `many` ticks.
 */
const SIZES = [
  { count: 100, warmUp: 900, rounds: 9, turns: 2, ticks: 40, many: 480 },
  { count: BASE, warmUp: 200, rounds: 9, turns: 3, ticks: 5, many: BASE_TICKS },
  { count: 10_000, warmUp: 12, rounds: 9, turns: 4, ticks: 1, many: 10 },
  { count: 100_000, warmUp: 2, rounds: 7, turns: 1, ticks: 1, many: 1 },
];
/** A round is the best of so many turns. */
const GROWTH = { rounds: 3, turns: 6 };
const COUNTED_TICKS = 3;
/** What each tick kept of ten thousand chains would show after so many. */
const KEEPING = { rounds: 3, ticks: 20 };
/** Secrets of one project, 25,000 a call. */
const CROWDED = { chains: 100, others: 60_000, calls: 3 };
/** Cloud Run's, for the service that fans out a hundred thousand chains. */
const MEMORY_MB = 1024;
/** Each ledger is checked, and held against the chain's digest, its grid, its pauses and the room of its project. */
const CHECKED = 1.4;

const now = new Date('2026-11-22T12:00:00Z');
const tick: Job = { now: now.toISOString() };
/** The one chain of a fleet of one is due by then. */
const later: Job = { now: new Date(+now + 1_800_000).toISOString() };

/** V8 shrinks the heap of a process that rests: the side that waited longer for its turn would pay for it. */
const startFanner = ({ url, path, env }: LargeFleet) =>
  startProcess(['--no-memory-reducer', 'build/bench/measured/fanout-ticks.js', url, path], env);

/** What a job costs, and what its process has in memory after it. */
type Cost = { readonly cpuMs: number; readonly tookMs: number; readonly rssMb: number };

/** @returns the mean of so many */
async function costOf(measured: Measured, job: Job, times: number): Promise<Cost> {
  const before = await measured.usage();
  const startedAt = performance.now();
  for (let i = 0; i < times; i++) await measured.ask(job);
  const tookMs = (performance.now() - startedAt) / times;
  const after = await measured.usage();
  return { cpuMs: (after.cpuMs - before.cpuMs) / times, tookMs, rssMb: after.rssMb };
}

const cpuOf = async (measured: Measured, job: Job, times: number): Promise<number> =>
  (await costOf(measured, job, times)).cpuMs;

/** Turns, as rounds of so many. */
const roundsOf = (turns: readonly Pair[], each: number): Pair[] =>
  chunk([...turns], each).map(
    (round: Pair[]): Pair => [
      mean(round.map(([ours]) => ours)),
      mean(round.map(([, theirs]) => theirs)),
    ],
  );

/** @param lists how many calls it takes to list a project */
async function callsOf(ours: Measured, fleet: LargeFleet, of: string, lists: number) {
  const pairs: Pair[] = [];
  for (let round = 0; round < COUNTED_TICKS; round++) {
    const before = await fleet.calls();
    const { published } = await ours.ask<{ published: number }>(tick);
    const after = await fleet.calls();
    const made = ['secretmanager', 'pubsub'].map((api) => (after[api] ?? 0) - (before[api] ?? 0));
    pairs.push([sum(made), fleet.projects.length * lists + Math.ceil(published / 1000)]);
  }
  return figureOf({
    name: `${of}: calls`,
    unit: 'calls',
    against: 'on paper',
    pairs,
    budget: 1,
    exactly: true,
  });
}

/** The CPU of a chain, in microseconds: that of a tick, less what a tick costs as such. */
const ofChain = (tickMs: number, oneMs: number, count: number): number =>
  ((tickMs - oneMs) / (count - 1)) * 1000;

/**
 * What a chain costs in a fleet, beside what it costs in the base.
 *
 * @param atOnce how many ticks of the base at once, as many as the fleet has lists under way: with more of them V8 collects more often
 * @param one ticks one chain
 */
async function growthOf(
  ours: Measured,
  { count, many }: (typeof SIZES)[number],
  base: Measured,
  atOnce: number,
  one: Measured,
): Promise<Pair[]> {
  const rounds: Pair[] = [];
  for (let round = 0; round < GROWTH.rounds; round++) {
    const turns = await sideBySide(
      GROWTH.turns,
      () => cpuOf(ours, tick, many),
      async () => (await cpuOf(base, { ...tick, atOnce }, BASE_TICKS / atOnce)) / atOnce,
    );
    const [fleetTick, baseTick] = bestOf(turns);
    const oneTicks: number[] = [];
    for (let turn = 0; turn < GROWTH.turns; turn++) {
      oneTicks.push(await cpuOf(one, later, BASE_TICKS));
    }
    const oneTick = min(oneTicks);
    rounds.push([ofChain(fleetTick, oneTick, count), ofChain(baseTick, oneTick, BASE)]);
  }
  return rounds;
}

async function* measure(
  size: (typeof SIZES)[number],
  base: Measured,
  one: Measured,
): AsyncGenerator<Figure> {
  const { count, warmUp, rounds, turns, ticks } = size;
  const of = `fan-out of ${count}`;
  await using fleet = await openLargeFleet(count, now);
  await using ours = await startFanner(fleet);
  await using theirs = await startFanner(fleet);
  const program = { ...tick, projects: fleet.projects };
  await Promise.all([cpuOf(ours, tick, warmUp), cpuOf(theirs, program, warmUp)]);
  yield callsOf(ours, fleet, of, 1);

  const costs = await sideBySide(
    rounds * turns,
    () => costOf(ours, tick, ticks),
    () => costOf(theirs, program, ticks),
  );
  const roundsBy = (what: keyof Cost): Pair[] =>
    roundsOf(
      costs.map(([mine, other]) => [mine[what], other[what]]),
      turns,
    );
  yield figureOf({
    name: `${of}: CPU of a tick`,
    unit: 'ms',
    against: 'a list and a publish with the official clients',
    pairs: roundsBy('cpuMs'),
    budget: CHECKED,
  });
  yield figureOf({
    name: `${of}: time`,
    unit: 'ms',
    against: 'a list and a publish with the official clients',
    pairs: roundsBy('tookMs'),
    budget: CHECKED,
  });
  if (count !== BASE) {
    const atOnce = Math.min(fleet.projects.length, LISTS_AT_ONCE);
    yield figureOf({
      name: `${of}: CPU of a chain`,
      unit: 'µs',
      against: `of ${BASE} chains`,
      pairs: await growthOf(ours, size, base, atOnce, one),
      budget: 1.15,
    });
  }
  if (count === 10_000) {
    const pairs: Pair[] = [];
    for (let round = 0; round < KEEPING.rounds; round++) {
      const { heapMb } = await ours.usage('collect');
      await cpuOf(ours, tick, KEEPING.ticks);
      pairs.push([(await ours.usage('collect')).heapMb, heapMb]);
    }
    yield figureOf({
      name: `${of}: memory that ticks keep`,
      unit: 'MB of live objects',
      against: `${KEEPING.ticks} ticks before`,
      pairs,
      budget: 1.1,
    });
  }
  if (count === 100_000) {
    yield figureOf({
      name: `${of}: memory`,
      unit: 'MB',
      against: 'what the function has',
      pairs: costs.map(([{ rssMb }]) => [rssMb, MEMORY_MB]),
      budget: 0.75,
    });
  }
}

/** A tick of a fleet that rotates: all of it is listed, and a thirtieth is due. */
export const bench: Bench = {
  name: 'fan-out',
  async *run() {
    await using aFleet = await openLargeFleet(BASE, now);
    await using oneChain = await openLargeFleet(1, now);
    await using base = await startFanner(aFleet);
    await using one = await startFanner(oneChain);
    await cpuOf(base, tick, 300);
    await cpuOf(one, later, 300);
    for (const size of SIZES) yield* measure(size, base, one);

    const { chains, others, calls } = CROWDED;
    await using crowded = await openLargeFleet(chains, now, others);
    await using ours = await startFanner(crowded);
    yield callsOf(ours, crowded, `fan-out of ${chains + others} in one project`, calls);
  },
};
