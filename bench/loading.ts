import { coldStart } from './cold-start.ts';
import { type Bench, figureOf, sideBySide } from './figures/figure.ts';
import { type Env, startProcess } from './processes/process.ts';
import { malformed, oursOf, type Start, tickPushed } from './processes/starts.ts';
import { temporary } from './processes/temporary.ts';
import { openFleet } from './worlds/fleet.ts';

const ROUNDS = 7;

/** CPU until both of Google's clients could make their first call, in milliseconds. */
async function cpuToLoad(transport: 'REST' | 'gRPC', env: Env): Promise<number> {
  await using loader = await startProcess(
    ['build/bench/measured/client-loader.js', transport],
    env,
  );
  await loader.ask('load');
  return (await loader.usage()).cpuMs;
}

/** What the other ways to load a function bring. No budgets: these are the reasons for how it is done. */
export const bench: Bench = {
  name: 'loading',
  async *run() {
    await using fleet = await openFleet(5);
    const fanout = await oursOf(fleet, 'fanout');
    const mint = await oursOf(fleet, 'mint');
    const { env } = fanout;
    const unbundled: Start = { ...fanout, source: 'build/functions/index.js' };
    const cached: Start = { ...fanout, env: { ...env, NODE_COMPILE_CACHE: temporary() } };
    const eager: Start = { ...mint, source: 'build/bench/measured/eager-functions.js' };
    await coldStart(cached, tickPushed, 'SIGTERM'); // only a process that ends by itself writes what it has compiled
    await coldStart(unbundled, tickPushed);
    await coldStart(eager, malformed);
    for (const [what, how, bundled, event] of [
      ['a file for each module', unbundled, fanout, tickPushed],
      ['with a compile cache', cached, fanout, tickPushed],
      ['nothing loaded late', eager, mint, malformed],
    ] as const) {
      yield figureOf({
        name: `${bundled.target}: spawn to first event handled, ${what}`,
        unit: 'ms',
        against: 'the bundle',
        pairs: await sideBySide(
          ROUNDS,
          () => coldStart(how, event),
          () => coldStart(bundled, event),
        ),
      });
    }
    yield figureOf({
      name: "CPU to load Google's clients, gRPC",
      unit: 'ms',
      against: 'REST',
      pairs: await sideBySide(
        ROUNDS,
        () => cpuToLoad('gRPC', env),
        () => cpuToLoad('REST', env),
      ),
    });
  },
};
