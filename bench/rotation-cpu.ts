import { MINTER, RELAY, TARGET } from '../test/functions/rotation-world.ts';
import { type Bench, figureOf, sideBySide } from './figures/figure.ts';
import { costOf } from './processes/cost.ts';
import { type MeasuredProcess, startProcess } from './processes/process.ts';
import { type Fleet, identityOf, openFleet } from './worlds/fleet.ts';

const CHAINS = 150;
const ROUNDS = 9;
const AT_ONCE = 8;
/** Rounds until V8 has compiled both sides and every rotation destroys a version. */
const WARM_UP = 8;

/** A bare loop over the secrets of `fleet`. */
export async function startLoop(fleet: Fleet): Promise<MeasuredProcess> {
  return startProcess(
    ['build/bench/measured/rotation-loop.js', fleet.cloud.url],
    await identityOf(fleet.cloud, MINTER),
  );
}

export const jobsOf = (fleet: Fleet) =>
  fleet.chains.map(({ name }) => ({
    target: TARGET,
    delegates: [RELAY],
    scopes: ['https://www.googleapis.com/auth/bigquery'],
    secret: `projects/acme-ops/secrets/${name}`,
  }));

/** The CPU of a rotation: all of `mint` under the framework, compared with a program that only makes the same calls. */
export const bench: Bench = {
  name: 'rotation-cpu',
  async *run() {
    await using fleet = await openFleet(CHAINS);
    await using other = await openFleet(CHAINS);
    await using mint = await fleet.deploy('mint');
    await using loop = await startLoop(other);
    const round = { jobs: jobsOf(other), atOnce: AT_ONCE };
    const ours = () => fleet.rotate(mint, AT_ONCE);
    const theirs = () => loop.ask(round);
    for (let n = 0; n < WARM_UP; n++) {
      await ours();
      await theirs();
    }
    const pairs = await sideBySide(
      ROUNDS,
      async () => (await costOf(mint, ours)).cpuMs / CHAINS,
      async () => (await costOf(loop, theirs)).cpuMs / CHAINS,
    );
    await fleet.check();
    yield figureOf({
      name: 'rotation: CPU',
      unit: 'ms',
      against: 'a bare loop of the same calls',
      pairs,
      budget: 1.15,
    });
  },
};
