import type { Kind } from '../../shared/domain/chain/chain.ts';
import { FAULTS, type Fault } from './faults.ts';
import { type FaultAt, rotate, type Start } from './rotation.ts';

/** One rotation or audit in which a fault met one call. */
export type Point = {
  readonly kind: Kind | 'audit' | 're-audit';
  /** For an audit: what happened to the world between the fault and the recovery. */
  readonly start: Start | 'unchanged' | 'reversed' | 'reversed twice';
  /** The call that the fault met. It ends with ` after a fault` if it does not make this call without faults. */
  readonly call: string;
  readonly fault: string;
  readonly violations: readonly string[];
};

/** The calls of fanout are the same for each kind of credential. */
const FANOUT_CALLS = new Set([
  'secretmanager projects.secrets.list',
  'pubsub projects.topics.publish',
]);

const applies = (fault: Fault, call: string): boolean => fault.appliesTo?.(call) ?? true;

/**
 * Records the calls of a rotation, and repeats the rotation with every fault at every call. With `twice` it then takes each call that only
 * a rotation with a fault makes, such as a second read or a failure message, and injects every fault there too. So a new call in the product
 * is covered without a change here.
 */
export async function* points(
  kind: Kind,
  start: Start,
  options: {
    readonly sockets?: boolean;
    readonly twice?: boolean;
    readonly faults?: readonly Fault[];
    /** `mint`: no fault at the calls of fanout. */
    readonly of?: 'mint';
  } = {},
): AsyncGenerator<Point> {
  const { sockets = false, twice = false, faults = FAULTS, of } = options;
  const run = (faultAt: FaultAt) => rotate(kind, start, faultAt, sockets);
  const undisturbed = await run(() => undefined);
  if (undisturbed.credentials < 3)
    throw new Error('no credential was seen, so no leak can be found');
  yield { kind, start, call: 'none', fault: 'none', violations: undisturbed.violations };

  /** For each new call: the fault that causes it, the index of the call that the fault meets, and its own index then. */
  const causes = new Map<string, { first: Fault; at: number; later: number }>();
  for (const [at, call] of undisturbed.calls.entries()) {
    if (of === 'mint' && FANOUT_CALLS.has(call)) continue;
    for (const fault of faults.filter((one) => applies(one, call))) {
      const disturbed = await run((index) => (index === at ? fault : undefined));
      yield { kind, start, call, fault: fault.name, violations: disturbed.violations };
      for (const [later, name] of newCalls(undisturbed.calls, disturbed.calls, at)) {
        if (!causes.has(name)) causes.set(name, { first: fault, at, later });
      }
    }
  }
  for (const [name, { first, at, later }] of twice ? causes : []) {
    for (const second of faults.filter((one) => applies(one, name))) {
      const { violations } = await run((index) =>
        index === at ? first : index === later ? second : undefined,
      );
      yield { kind, start, call: `${name} after a fault`, fault: second.name, violations };
    }
  }
}

/** The calls after index `at` that the undisturbed rotation does not make. A repetition of the call at `at` does not count. */
function newCalls(
  undisturbed: readonly string[],
  disturbed: readonly string[],
  at: number,
): [index: number, call: string][] {
  const expected = new Map<string, number>();
  for (const call of undisturbed.slice(at + 1)) expected.set(call, (expected.get(call) ?? 0) + 1);
  return [...disturbed.entries()].filter(([index, call]) => {
    if (index <= at || call === undisturbed[at]) return false;
    const remaining = expected.get(call) ?? 0;
    expected.set(call, remaining - 1);
    return remaining <= 0;
  });
}
