import { setTimeout as sleep } from 'node:timers/promises';
import { max, median } from 'simple-statistics';
import { type Bench, figureOf, type Pair } from './figure.ts';
import { openFleet } from './fleet.ts';

/**
 * What Node sets by itself in a container of 512 MiB, as `mint` is deployed (there `v8.getHeapStatistics().heap_size_limit` is 259 MiB). With
 * all of a machine's memory in reach it would collect its garbage late.
 */
const AS_IN_512_MIB = { NODE_OPTIONS: '--max-old-space-size=256 --max-semi-space-size=1' };

const CHAINS = 100;
const AT_ONCE = 20;

/** What the writes of one project allow: 540 a minute, three for each rotation. */
const ROTATIONS_A_SECOND = 3;
const SECONDS = 20;
const WINDOWS = 3;
const LIMIT_MB = 160;

const ROTATIONS = 20_000;
/** Until everything is loaded, compiled and cached. */
const WARM_UP = 4_000;

/** The memory of `mint`: as deployed at the rate that quotas allow, and whether it grows. */
export const bench: Bench = {
  name: 'memory',
  async *run() {
    await using fleet = await openFleet(CHAINS);
    await using mint = await fleet.deploy('mint', AS_IN_512_MIB);
    const pairs: Pair[] = [];
    for (let window = 0; window < WINDOWS; window++) {
      const seen: number[] = [];
      for (let second = 0; second < SECONDS; second++) {
        const from = (second * ROTATIONS_A_SECOND) % (CHAINS - ROTATIONS_A_SECOND);
        const some = fleet.chains.slice(from, from + ROTATIONS_A_SECOND);
        const done = fleet.rotate(mint, ROTATIONS_A_SECOND, some);
        await Promise.all([done, sleep(1000)]);
        seen.push((await mint.usage()).rssMb);
      }
      pairs.push([max(seen), LIMIT_MB]);
    }
    yield figureOf({
      name: 'mint: memory at quota rate',
      unit: 'MB',
      against: 'MB that it may have',
      pairs,
      budget: 0.85,
    });

    const heaps: number[] = [];
    for (let rotated = 0; rotated < ROTATIONS; rotated += CHAINS) {
      await fleet.rotate(mint, AT_ONCE);
      if (rotated >= WARM_UP) heaps.push((await mint.usage('collect')).heapMb);
    }
    await fleet.check();
    // Its first and its last quarter, sample by sample.
    const quarter = Math.floor(heaps.length / 4);
    const [first, last] = [heaps.slice(0, quarter), heaps.slice(-quarter)];
    yield figureOf({
      name: `mint: live heap after ${ROTATIONS} rotations`,
      unit: 'MB',
      against: `MB after ${WARM_UP}`,
      pairs: last.map((mb) => [mb, median(first)]),
      budget: 1.05,
    });
  },
};
