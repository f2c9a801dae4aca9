import type { Fault } from '../local/state/fault.ts';
import { chainOf, DEPOT, MINTER, RELAY } from '../test/functions/rotation-world.ts';
import { CREDENTIALS } from '../test/simulation/chains.ts';
import { deploy } from '../test/simulation/deployment.ts';
import { type Bench, figureOf } from './figures/figure.ts';

const HOURS = 3;
const LIMIT = 60;

/** The minter may not go by the depot. */
const BROKEN: readonly (readonly [what: string, by: string, fault?: Fault])[] = [
  ['denied', DEPOT],
  ['while Google is busy', RELAY, { path: 'generate', status: 503, times: 1e6 }],
  ['while every answer is lost', RELAY, { path: 'generate', loseAnswer: true, times: 1e6 }],
];

/** What a chain that cannot be minted asks of Google, by the hour, in simulated time. */
export const bench: Bench = {
  name: 'broken-chain',
  async *run() {
    for (const [what, email, fault] of BROKEN) {
      const chain = chainOf('export', CREDENTIALS['access-token'], { delegates: [{ email }] });
      const world = await deploy([chain], { now: new Date('2026-11-22T12:00:00Z') });
      const { clock, local } = world;
      local.state.faults = fault ? [fault] : [];
      const start = clock.now.getTime();
      const hours: number[] = Array(HOURS).fill(0);
      let seen = 0;
      while (clock.now.getTime() - start < HOURS * 3_600_000) {
        const hour = Math.floor((clock.now.getTime() - start) / 3_600_000);
        await world.tick();
        const calls = local.state.requests.filter(({ identity }) => identity.endsWith(MINTER));
        hours[hour] = (hours[hour] ?? 0) + calls.length - seen;
        seen = calls.length;
        clock.now = new Date(clock.now.getTime() + 60_000);
      }
      await world.close();
      yield figureOf({
        name: `a broken chain: calls in its worst hour, ${what}`,
        unit: 'calls',
        against: 'calls that it may make',
        pairs: [[Math.max(...hours), LIMIT]],
        budget: 1,
      });
    }
  },
};
