import type { Kind } from '../../shared/domain/chain/chain.ts';
import { FAULTS, type Fault } from './faults.ts';
import { rotate, type Start, type Strike } from './rotation.ts';

export type Point = {
  readonly kind: Kind;
  readonly start: Start;
  /** The call that is struck; one that only another fault brings about says so. */
  readonly boundary: string;
  readonly fault: string;
  readonly violations: readonly string[];
};

/** What fanout asks of Google knows nothing of kinds. */
const FANOUT_CALLS = new Set([
  'secretmanager projects.secrets.list',
  'pubsub projects.topics.publish',
]);

const meansAnything = (fault: Fault, call: string): boolean => fault.strikes?.(call) ?? true;

/**
 * Strikes every call of a recorded rotation with every fault; then each call that only such trouble brings about, as a second read or a
 * message of failure, with every fault once more. A call that is added to a rotation is struck by itself.
 */
export async function* points(
  kind: Kind,
  start: Start,
  options: {
    readonly sockets?: boolean;
    readonly twice?: boolean;
    readonly faults?: readonly Fault[];
    /** The function whose calls are struck; both by default. */
    readonly of?: 'mint';
  } = {},
): AsyncGenerator<Point> {
  const { sockets = false, twice = false, faults = FAULTS, of } = options;
  const run = (strike: Strike) => rotate(kind, start, strike, sockets);
  const plain = await run(() => undefined);
  if (plain.credentials < 3) throw new Error('no credential came by: nothing would be found');
  yield { kind, start, boundary: 'none', fault: 'none', violations: plain.violations };

  /** By what is called: the trouble that brought it about, and which call it then was. */
  const brought = new Map<string, { first: Fault; at: number; later: number }>();
  for (const [at, call] of plain.calls.entries()) {
    if (of === 'mint' && FANOUT_CALLS.has(call)) continue;
    for (const fault of faults.filter((f) => meansAnything(f, call))) {
      const struck = await run((_, index) => (index === at ? fault : undefined));
      yield { kind, start, boundary: call, fault: fault.name, violations: struck.violations };
      for (const [later, name] of newCalls(plain.calls, struck.calls, at)) {
        if (!brought.has(name)) brought.set(name, { first: fault, at, later });
      }
    }
  }
  for (const [name, { first, at, later }] of twice ? brought : []) {
    for (const second of faults.filter((f) => meansAnything(f, name))) {
      const { violations } = await run((_, index) =>
        index === at ? first : index === later ? second : undefined,
      );
      yield { kind, start, boundary: `${name}, in trouble`, fault: second.name, violations };
    }
  }
}

/** The calls after `at` that the plain run does not make, with their place; a repetition of the call that was struck is not new. */
function newCalls(
  plain: readonly string[],
  struck: readonly string[],
  at: number,
): [index: number, call: string][] {
  const left = new Map<string, number>();
  for (const call of plain.slice(at + 1)) left.set(call, (left.get(call) ?? 0) + 1);
  return [...struck.entries()].filter(([index, call]) => {
    if (index <= at || call === plain[at]) return false;
    const remaining = left.get(call) ?? 0;
    left.set(call, remaining - 1);
    return remaining <= 0;
  });
}
