import { setTimeout as sleep } from 'node:timers/promises';
import { linearRegression, max, mean } from 'simple-statistics';
import { type Bench, type Figure, figureOf, type Pair, sideBySide } from './figures/figure.ts';
import { type Deployed, startFunction } from './processes/process.ts';
import {
  mintsOf,
  type Name,
  oursOf,
  policyAsked,
  reportAsked,
  type Start,
  theirMint,
  theirsOf,
  tickPushed,
} from './processes/starts.ts';
import { type Event, type Fleet, openFleet, send } from './worlds/fleet.ts';

/**
 * The limits that Node sets by itself in a container of 512 MiB, as `mint` is deployed (there
 * `v8.getHeapStatistics().heap_size_limit` is 259 MiB). With the whole memory of a machine Node collects garbage later.
 */
export const AS_IN_512_MIB = { NODE_OPTIONS: '--max-old-space-size=256 --max-semi-space-size=1' };

const CHAINS = 100;
const AT_ONCE = 20;

/** The rate that the write quota of one project allows: 540 writes a minute, three for each rotation. */
const ROTATIONS_A_SECOND = 3;
const SECONDS = 15;
const WINDOWS = 3;
const ROUNDS = 3;
const MAX_MB = 160;

const ROTATIONS = 20_000;
/** Rotations until everything is loaded, compiled and cached. */
const WARM_UP = 4_000;
/** Rotations between two samples of the live heap. */
const SAMPLE_EVERY = 400;

/** The memory of a function after its first event and a garbage collection, in MB. */
async function atRest({ source, target, env }: Start, event: Event): Promise<number> {
  await using deployed = await startFunction(source, target, { ...env, ...AS_IN_512_MIB });
  await send(deployed, event);
  return (await deployed.usage('collect')).rssMb;
}

async function* afterOneEvent(): AsyncIterable<Figure> {
  await using fleet = await openFleet(5);
  const nextMint = mintsOf(fleet);
  const rows: [target: Name, ours: () => Event, theirs: Event][] = [
    ['fanout', () => tickPushed, tickPushed],
    ['mint', nextMint, theirMint],
    ['audit', () => reportAsked, policyAsked],
  ];
  for (const [target, ourEvent, theirEvent] of rows) {
    const ours = await oursOf(fleet, target);
    const theirs = await theirsOf(fleet, 'straightforward', target);
    yield figureOf({
      name: `${target}: memory at rest`,
      unit: 'MB',
      against: 'straightforward',
      pairs: await sideBySide(
        ROUNDS,
        () => atRest(ours, ourEvent()),
        () => atRest(theirs, theirEvent),
      ),
      budget: 1.05,
    });
  }
}

async function* atQuotaRate(fleet: Fleet, mint: Deployed): AsyncIterable<Figure> {
  const pairs: Pair[] = [];
  for (let window = 0; window < WINDOWS; window++) {
    const samples: number[] = [];
    for (let second = 0; second < SECONDS; second++) {
      const from = (second * ROTATIONS_A_SECOND) % (CHAINS - ROTATIONS_A_SECOND);
      const chains = fleet.chains.slice(from, from + ROTATIONS_A_SECOND);
      const done = fleet.rotate(mint, ROTATIONS_A_SECOND, chains);
      await Promise.all([done, sleep(1000)]);
      samples.push((await mint.usage()).rssMb);
    }
    pairs.push([max(samples), MAX_MB]);
  }
  yield figureOf({
    name: 'mint: memory at quota rate',
    unit: 'MB',
    against: 'the limit',
    pairs,
    budget: 0.75,
  });
}

async function* slope(fleet: Fleet, mint: Deployed): AsyncIterable<Figure> {
  const heaps: [rotations: number, mb: number][] = [];
  for (let rotated = 0; rotated < ROTATIONS; rotated += CHAINS) {
    await fleet.rotate(mint, AT_ONCE);
    if (rotated >= WARM_UP && rotated % SAMPLE_EVERY === 0) {
      heaps.push([rotated, (await mint.usage('collect')).heapMb]);
    }
  }
  await fleet.check();
  const { m } = linearRegression(heaps);
  const growth = m * (ROTATIONS - WARM_UP);
  const level = mean(heaps.map(([, mb]) => mb));
  yield figureOf({
    name: `mint: live heap after ${ROTATIONS} rotations, by linear regression`,
    unit: 'MB',
    against: `after ${WARM_UP} rotations`,
    pairs: [[level + growth / 2, level - growth / 2]],
    budget: 1.05,
  });
}

/** The memory of each function at rest, and of `mint` at the rate that quotas allow; and whether the heap of `mint` grows. */
export const bench: Bench = {
  name: 'memory',
  async *run() {
    yield* afterOneEvent();
    await using fleet = await openFleet(CHAINS);
    await using mint = await fleet.deploy('mint', AS_IN_512_MIB);
    yield* atQuotaRate(fleet, mint);
    yield* slope(fleet, mint);
  },
};
