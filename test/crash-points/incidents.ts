import type { Kind } from '../../shared/domain/chain/chain.ts';
import { SECRET } from '../simulation/chains.ts';
import { advance } from '../simulation/deployment.ts';
import { PERSON } from './faults.ts';
import type { Point } from './points.ts';
import { openRotation } from './rotation.ts';

const TIMES = 10;
/** A chain that was healed three times within an hour is healed after ten minutes. */
const MINUTES_BETWEEN = 11;
/** Within an hour of ticks, only two versions are left. */
const QUIET_MINUTES = 60;

/** What a person may do. */
export const INCIDENTS = Object.keys(PERSON);

/** A person does the same thing ten times, or each thing in turn. */
export async function* incidents(kind: Kind, sockets: boolean): AsyncGenerator<Point> {
  for (const name of INCIDENTS) yield tenIncidents(kind, [name], sockets);
  yield tenIncidents(kind, INCIDENTS, sockets);
}

/**
 * A person does ten things, and an event reports each. Each incident must be healed within two ticks. In the end two versions of ours are
 * left.
 *
 * @param names from `INCIDENTS`, in turn
 */
export async function tenIncidents(
  kind: Kind,
  names: readonly string[],
  sockets = false,
): Promise<Point> {
  const { deployment, watch, leaks } = await openRotation(kind, 'steady', sockets);
  const violations: string[] = [];
  const minutes = async (count: number) => {
    for (let minute = 0; minute < count; minute++) {
      await deployment.tick();
      advance(deployment, 60);
    }
  };
  try {
    for (let time = 0; time < TIMES; time++) {
      const name = names[time % names.length] ?? '';
      await watch.person(async () => PERSON[name]?.({ deployment, secret: SECRET }));
      await deployment.changed(['export']);
      await minutes(2);
      if (watch.isBroken) violations.push(`I7: ${name} was not healed, time ${time + 1}`);
      await minutes(MINUTES_BETWEEN - 2);
    }
    await minutes(QUIET_MINUTES);
    const { versions = [], annotations = {} } = deployment.local.state.secrets.get(SECRET) ?? {};
    const first = Number(annotations['hopmint-first']);
    const alive = versions.filter(({ number, state }) => number >= first && state !== 'DESTROYED');
    if (alive.length !== 2) violations.push(`I4: ${alive.length} versions are not destroyed`);
    violations.push(...watch.violations, ...leaks.violations());
  } finally {
    await deployment.close();
  }
  const fault = names.length > 1 ? 'each incident in turn' : (names[0] ?? '');
  return { kind, start: 'steady', call: 'ten incidents', fault, violations };
}
