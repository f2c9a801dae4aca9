import { FANOUT } from '../test/journeys/rotation-world.ts';
import { coldStart, type Start, tickPushed } from './cold-start.ts';
import { type Bench, figureOf, sideBySide } from './figure.ts';
import { identityOf, openFleet } from './fleet.ts';
import { FUNCTIONS } from './image.ts';
import { type Env, startProcess } from './process.ts';
import { temporary } from './temporary.ts';

const ROUNDS = 7;

/** CPU until both of Google's clients could make their first call, in milliseconds. */
async function cpuToLoad(transport: 'REST' | 'gRPC', env: Env): Promise<number> {
  await using loader = await startProcess(['build/bench/client-loader.js', transport], env);
  await loader.ask('load');
  return (await loader.usage()).cpuMs;
}

/** What the other ways to load a function bring. No budgets: these are the reasons for how it is done. */
export const bench: Bench = {
  name: 'loading',
  async *run() {
    await using fleet = await openFleet(5);
    const identity = await identityOf(fleet.cloud, FANOUT);
    const env = { ...(await fleet.envOf('fanout')), ...identity };
    const bundled: Start = { source: FUNCTIONS, target: 'fanout', env };
    const unbundled: Start = { ...bundled, source: 'build/functions/index.js' };
    const cached: Start = { ...bundled, env: { ...env, NODE_COMPILE_CACHE: temporary() } };
    await coldStart(cached, tickPushed, 'SIGTERM'); // only a process that ends by itself writes what it has compiled
    await coldStart(unbundled, tickPushed);
    const start = (how: Start) => () => coldStart(how, tickPushed);
    for (const [what, how] of [
      ['a file for each module', unbundled],
      ['with a compile cache', cached],
    ] as const) {
      yield figureOf({
        name: `fanout: spawn to first event handled, ${what}`,
        unit: 'ms',
        against: 'the bundle',
        pairs: await sideBySide(ROUNDS, start(how), start(bundled)),
      });
    }
    yield figureOf({
      name: "CPU to load Google's clients, gRPC",
      unit: 'ms',
      against: 'REST',
      pairs: await sideBySide(
        ROUNDS,
        () => cpuToLoad('gRPC', identity),
        () => cpuToLoad('REST', identity),
      ),
    });
  },
};
