import { coldStart } from './cold-start.ts';
import { type Bench, figureOf, sideBySide } from './figures/figure.ts';
import { type Env, startProcess } from './processes/process.ts';
import { malformed, oursOf, type Start, tickPushed } from './processes/starts.ts';
import { temporary } from './processes/temporary.ts';
import { openFleet } from './worlds/fleet.ts';

const ROUNDS = 7;

/** The CPU until both of Google's clients are ready for their first call, in milliseconds. */
async function cpuToLoad(transport: 'REST' | 'gRPC', env: Env): Promise<number> {
  await using loader = await startProcess(
    ['build/bench/measured/client-loader.js', transport],
    env,
  );
  await loader.ask('load');
  return (await loader.usage()).cpuMs;
}

/** Other ways to load a function. They have no budget: they show why the functions are bundled as they are. */
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
    await coldStart(cached, tickPushed, 'SIGTERM'); // only a process that exits by itself writes the compile cache
    await coldStart(unbundled, tickPushed);
    await coldStart(eager, malformed);
    for (const [variant, start, bundled, event] of [
      ['a file for each module', unbundled, fanout, tickPushed],
      ['with a compile cache', cached, fanout, tickPushed],
      ['everything loaded at the start', eager, mint, malformed],
    ] as const) {
      yield figureOf({
        name: `${bundled.target}: spawn to first event handled, ${variant}`,
        unit: 'ms',
        against: 'the bundle',
        pairs: await sideBySide(
          ROUNDS,
          () => coldStart(start, event),
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
