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
import { type Cost, costOf } from './processes/cost.ts';
import { type MeasuredProcess, startProcess } from './processes/process.ts';
import { CHAINS_A_PROJECT, type LargeFleet, openLargeFleet } from './worlds/large-fleet.ts';

/** The CPU of a chain in other fleets is compared with the CPU of a chain in a fleet of this size. */
const BASE = 1_000;
/**
 * The ticks of `BASE` chains and of one chain in each turn of growth. They are enough for a garbage collection, and a multiple
 * of every number of concurrent lists.
 */
const BASE_TICKS = 96;
/**
 * Ours and the yardstick alternate. With few chains a turn has many ticks, because the clock of the CPU is coarse. A round has as
 * many turns as a garbage collection needs. A turn of growth has `many` ticks.
 */
const SIZES = [
  { count: 100, warmUp: 900, rounds: 9, turns: 2, ticks: 40, many: 480 },
  { count: BASE, warmUp: 200, rounds: 9, turns: 3, ticks: 5, many: BASE_TICKS },
  { count: 10_000, warmUp: 12, rounds: 9, turns: 4, ticks: 1, many: 10 },
  { count: 100_000, warmUp: 2, rounds: 7, turns: 1, ticks: 1, many: 1 },
];
/** A round of growth is the best of its turns. */
const GROWTH = { rounds: 3, turns: 6 };
const COUNTED_TICKS = 3;
/** After this many ticks of ten thousand chains a memory leak would show. */
const LEAK = { rounds: 3, ticks: 20 };
/** A call lists so many secrets of one project. */
const LISTED = 2_500;
/** One project with many secrets. */
const CROWDED = { chains: 100, others: 60_000 };
/** The memory on Cloud Run of a service that fans out a hundred thousand chains. */
const MEMORY_MB = 1024;
/** Ours also checks each ledger, and compares it with the chain's digest, grid and pauses, and with the quota of its project. */
const BUDGET = 1.4;

const now = new Date('2026-11-22T12:00:00Z');
const tick: Job = { now: now.toISOString() };
/** At this time the only chain of a fleet of one is due. */
const later: Job = { now: new Date(+now + 1_800_000).toISOString() };

/** V8 shrinks the heap of an idle process. Without this flag the side that waited longer would be slower. */
const startFanner = ({ url, path, env }: LargeFleet) =>
  startProcess(['--no-memory-reducer', 'build/bench/measured/fanout-ticks.js', url, path], env);

const costOfJob = (measured: MeasuredProcess, job: Job, times: number): Promise<Cost> =>
  costOf(measured, () => measured.ask(job), times);

const cpuOf = async (measured: MeasuredProcess, job: Job, times: number): Promise<number> =>
  (await costOfJob(measured, job, times)).cpuMs;

/** Groups turns into rounds, and averages each round. */
const roundsOf = (turns: readonly Pair[], turnsInRound: number): Pair[] =>
  chunk([...turns], turnsInRound).map(
    (round: Pair[]): Pair => [
      mean(round.map(([ours]) => ours)),
      mean(round.map(([, theirs]) => theirs)),
    ],
  );

/** @param lists the number of calls that list the secrets of all projects */
async function callsOf(ours: MeasuredProcess, fleet: LargeFleet, of: string, lists: number) {
  const pairs: Pair[] = [];
  for (let round = 0; round < COUNTED_TICKS; round++) {
    const before = await fleet.calls();
    const { published } = await ours.ask<{ published: number }>(tick);
    const after = await fleet.calls();
    const counts = ['secretmanager', 'pubsub'].map((api) => (after[api] ?? 0) - (before[api] ?? 0));
    pairs.push([sum(counts), lists + Math.ceil(published / 1000)]);
  }
  return figureOf({
    name: `${of}: calls`,
    unit: 'calls',
    against: 'computed',
    pairs,
    budget: 1,
    exactly: true,
  });
}

/** The CPU of one chain in microseconds: the CPU of a tick, minus the CPU of a tick with one chain. */
const cpuOfChain = (tickMs: number, oneMs: number, count: number): number =>
  ((tickMs - oneMs) / (count - 1)) * 1000;

/**
 * The CPU of a chain in a fleet, and the CPU of a chain in the base fleet.
 *
 * @param atOnce the number of concurrent ticks of the base: as many as the fleet has concurrent lists, because V8 collects garbage
 * more often with more of them
 * @param one a process that ticks one chain
 */
async function growthOf(
  ours: MeasuredProcess,
  { count, many }: (typeof SIZES)[number],
  base: MeasuredProcess,
  atOnce: number,
  one: MeasuredProcess,
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
    rounds.push([cpuOfChain(fleetTick, oneTick, count), cpuOfChain(baseTick, oneTick, BASE)]);
  }
  return rounds;
}

async function* measure(
  size: (typeof SIZES)[number],
  base: MeasuredProcess,
  one: MeasuredProcess,
): AsyncGenerator<Figure> {
  const { count, warmUp, rounds, turns, ticks } = size;
  const of = `fan-out of ${count}`;
  await using fleet = await openLargeFleet(count, now);
  await using ours = await startFanner(fleet);
  await using theirs = await startFanner(fleet);
  const program = { ...tick, projects: fleet.projects };
  await Promise.all([cpuOf(ours, tick, warmUp), cpuOf(theirs, program, warmUp)]);
  const full = Math.floor(count / CHAINS_A_PROJECT);
  const lists =
    full * Math.ceil(CHAINS_A_PROJECT / LISTED) +
    Math.ceil((count - full * CHAINS_A_PROJECT) / LISTED);
  yield callsOf(ours, fleet, of, lists);

  const costs = await sideBySide(
    rounds * turns,
    () => costOfJob(ours, tick, ticks),
    () => costOfJob(theirs, program, ticks),
  );
  const roundsBy = (key: keyof Cost): Pair[] =>
    roundsOf(
      costs.map(([ourCost, theirCost]) => [ourCost[key], theirCost[key]]),
      turns,
    );
  yield figureOf({
    name: `${of}: CPU of a tick`,
    unit: 'ms',
    against: 'a list and a publish with the official clients',
    pairs: roundsBy('cpuMs'),
    budget: BUDGET,
  });
  yield figureOf({
    name: `${of}: time`,
    unit: 'ms',
    against: 'a list and a publish with the official clients',
    pairs: roundsBy('tookMs'),
    budget: BUDGET,
  });
  if (count !== BASE) {
    const atOnce = Math.min(fleet.projects.length, LISTS_AT_ONCE);
    yield figureOf({
      name: `${of}: CPU of a chain`,
      unit: 'µs',
      against: `in a fleet of ${BASE}`,
      pairs: await growthOf(ours, size, base, atOnce, one),
      budget: 1.15,
    });
  }
  if (count === 10_000) {
    const pairs: Pair[] = [];
    for (let round = 0; round < LEAK.rounds; round++) {
      const { heapMb } = await ours.usage('collect');
      await cpuOf(ours, tick, LEAK.ticks);
      pairs.push([(await ours.usage('collect')).heapMb, heapMb]);
    }
    yield figureOf({
      name: `${of}: live heap after ${LEAK.ticks} ticks`,
      unit: 'MB',
      against: 'before them',
      pairs,
      budget: 1.1,
    });
  }
  if (count === 100_000) {
    yield figureOf({
      name: `${of}: memory`,
      unit: 'MB',
      against: "the function's memory",
      pairs: costs.map(([{ rssMb }]) => [rssMb, MEMORY_MB]),
      budget: 0.75,
    });
  }
}

/** A tick of a fleet that rotates. Every secret is listed, and a thirtieth of the chains is due. */
export const bench: Bench = {
  name: 'fan-out',
  async *run() {
    await using baseFleet = await openLargeFleet(BASE, now);
    await using oneChain = await openLargeFleet(1, now);
    await using base = await startFanner(baseFleet);
    await using one = await startFanner(oneChain);
    await cpuOf(base, tick, 300);
    await cpuOf(one, later, 300);
    for (const size of SIZES) yield* measure(size, base, one);

    const { chains, others } = CROWDED;
    const lists = Math.ceil((chains + others) / LISTED);
    await using crowded = await openLargeFleet(chains, now, others);
    await using ours = await startFanner(crowded);
    yield callsOf(ours, crowded, `fan-out of ${chains + others} in one project`, lists);
  },
};
