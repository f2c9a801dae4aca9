import { deploy } from '../simulation/deployment.ts';
import { Leaks } from '../simulation/leaks.ts';
import { addCounts, type Figures, newFigures } from './figures.ts';
import { fleetOf } from './fleet.ts';
import { Instances } from './instances.ts';
import { randomOf } from './random.ts';
import { grantSwitchOf } from './random-faults.ts';
import { Readers } from './readers.ts';
import { SoakWorld } from './soak-world.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const HOURS_A_WEEK = 7 * 24;
const STARTS_AT = new Date('2026-11-22T12:00:00Z');
/** No excuse looks further back. */
const TROUBLES_KEPT_MS = 48 * HOUR_MS;

/**
 * Runs a fleet in simulated time, with random outages and faults.
 *
 * @param seed determines the fleet and everything that happens to it
 */
export async function soak(
  seed: number,
  hours: number,
  count: number,
  progress: (hour: number) => void = () => {},
): Promise<Figures> {
  const random = randomOf(seed);
  const chains = fleetOf(count, random);
  const deployment = await deploy(chains, { now: STARTS_AT, random });
  const figures = newFigures(seed, chains.length, hours);
  try {
    await run(new SoakWorld(deployment, chains, random, figures), progress);
    return figures;
  } finally {
    await deployment.close();
  }
}

async function run(world: SoakWorld, progress: (hour: number) => void): Promise<void> {
  const { deployment, faults, figures, time, troubles, watches } = world;
  const leaks = new Leaks(deployment);
  const instances = new Instances(world);
  const readers = new Readers(world);
  const every = (ms: number, act: () => unknown) => {
    const next = async () => {
      time.after(ms, next);
      await act();
    };
    time.after(0, next);
  };
  const end = time.now + figures.hours * HOUR_MS;
  faults.scheduleOutages(figures.hours / HOURS_A_WEEK, grantSwitchOf(deployment));
  every(MINUTE_MS, async () => {
    publishTicks(world);
    await instances.deliver();
  });
  every(5 * MINUTE_MS, () => readers.read());
  let hour = 0;
  every(HOUR_MS, () => {
    figures.violations.push(...leaks.violations());
    troubles.forgetBefore(time.now - TROUBLES_KEPT_MS);
    progress(++hour);
  });
  await time.runUntil(end);
  addCounts(figures, watches, troubles);
  figures.fingerprint = world.fingerprint();
}

/** Cloud Scheduler sometimes misses a tick, and sometimes publishes one twice. */
function publishTicks(world: SoakWorld): void {
  const { deployment, faults, figures, random } = world;
  const times = random.oneIn(200) ? 0 : random.oneIn(200) ? 2 : 1;
  if (times === 0) world.addTrouble('a tick missed');
  deployment.local.state.settings.duplicateDeliveries = random.oneIn(10) ? 1 : 0;
  for (let n = 0; n < times && faults.hasTicks; n++) {
    figures.ticks++;
    deployment.publishTick();
  }
}
