import type { Fault } from '../local/state/emulator/fault.ts';
import { chainOf, DEPOT, MINTER, RELAY } from '../test/functions/rotation-world.ts';
import { CREDENTIALS } from '../test/simulation/chains.ts';
import { deploy } from '../test/simulation/deployment.ts';
import { type Bench, figureOf } from './figures/figure.ts';

const HOURS = 3;
const MAX_CALLS_AN_HOUR = 60;

/** The minter has no permission on the depot. */
const BROKEN: readonly (readonly [situation: string, delegate: string, fault?: Fault])[] = [
  ['denied', DEPOT],
  ['Google responds with 503', RELAY, { path: 'generate', status: 503, times: 1e6 }],
  ['every response is lost', RELAY, { path: 'generate', loseAnswer: true, times: 1e6 }],
];

/** The calls of a chain that cannot be minted, hour by hour, in simulated time. */
export const bench: Bench = {
  name: 'broken-chain',
  async *run() {
    for (const [situation, email, fault] of BROKEN) {
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
        name: `a broken chain: calls in its busiest hour, ${situation}`,
        unit: 'calls',
        against: 'the limit',
        pairs: [[Math.max(...hours), MAX_CALLS_AN_HOUR]],
        budget: 1,
      });
    }
  },
};
