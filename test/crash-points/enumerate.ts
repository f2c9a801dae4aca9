import type { Kind } from '../../shared/domain/chain.ts';
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

const meansAnything = (fault: Fault, call: string): boolean => fault.strikes?.(call) ?? true;

/**
 * Strikes every call of a recorded rotation with every fault, and then every call that such a fault brought about, as a second read or a
 * message of failure, with every fault once more. A call that is added to a rotation is struck by itself.
 *
 * @param only the points to be run, by the order in which they are found
 */
export async function* points(
  kind: Kind,
  start: Start,
  options: { readonly sockets?: boolean; readonly deep?: boolean } = {},
): AsyncGenerator<Point> {
  const { sockets = false, deep = false } = options;
  const run = (strike: Strike) => rotate(kind, start, strike, sockets);
  const plain = await run(() => undefined);
  if (plain.credentials < 3) throw new Error('no credential came by: nothing would be found');
  yield { kind, start, boundary: 'none', fault: 'none', violations: plain.violations };

  for (const [at, call] of plain.calls.entries()) {
    for (const fault of FAULTS.filter((f) => meansAnything(f, call))) {
      const struck = await run((_, index) => (index === at ? fault : undefined));
      yield { kind, start, boundary: call, fault: fault.name, violations: struck.violations };
      if (!deep) continue;
      for (const [later, name] of newCalls(plain.calls, struck.calls, at)) {
        for (const second of FAULTS.filter((f) => meansAnything(f, name))) {
          const twice = await run((_, index) =>
            index === at ? fault : index === later ? second : undefined,
          );
          yield {
            kind,
            start,
            boundary: `${name}, after trouble`,
            fault: second.name,
            violations: twice.violations.map((what) => `${call} ${fault.name}; ${what}`),
          };
        }
      }
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
