import { type Bench, figureOf, type Pair, sideBySide } from './figures/figure.ts';
import { jobsOf, startLoop } from './rotation-cpu.ts';
import { openFleet } from './worlds/fleet.ts';

const CHAINS = 100;
const ROUNDS = 5;
/** As many requests as one instance of `mint` gets at once. @see deploy/terraform/services.tf */
const AT_ONCE = 20;
const CALLS = 6;

/** At 5 ms the CPU of this machine is the limit, not the latency. */
const BUDGETS: readonly (readonly [latencyMs: number, budget: number])[] = [
  [5, 1.3],
  [50, 1.15],
  [200, 1.1],
];

/**
 * The time of one instance at different latencies of Google.
 *
 * It is compared with a bare loop, and with the minimum: the calls of a rotation one after another.
 */
export const bench: Bench = {
  name: 'throughput',
  async *run() {
    await using fleet = await openFleet(CHAINS);
    await using other = await openFleet(CHAINS);
    await using mint = await fleet.deploy('mint');
    await using loop = await startLoop(other);
    const theirs = async () => {
      const startedAt = performance.now();
      await loop.ask({ jobs: jobsOf(other), atOnce: AT_ONCE });
      return (performance.now() - startedAt) / CHAINS;
    };
    const ours = async () => (await fleet.rotate(mint, AT_ONCE)) / CHAINS;
    await sideBySide(6, ours, theirs);
    for (const [latencyMs, budget] of BUDGETS) {
      for (const { cloud } of [fleet, other]) {
        await cloud.faults([{ path: '.', latencyMs, times: 1e9 }]);
      }
      const pairs = await sideBySide(ROUNDS, ours, theirs);
      await fleet.check();
      const minimum = (CALLS * latencyMs) / AT_ONCE;
      const title = `mint: time for each rotation, ${AT_ONCE} at once, Google takes ${latencyMs} ms`;
      yield figureOf({
        name: title,
        unit: 'ms',
        against: 'a bare loop of the same calls',
        pairs,
        budget,
      });
      yield figureOf({
        name: `${title}: waiting`,
        unit: 'ms',
        against: 'the minimum by latency and concurrency',
        pairs: pairs.map(([value]): Pair => [value, minimum]),
      });
    }
  },
};
