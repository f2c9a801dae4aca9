import { parse } from '@bufbuild/cel';
import type { Truth } from '../three-valued.ts';
import { COST_MAX, type Interval, intervalsDuring } from './intervals.ts';
import { NOT_CEL, refusalOfExpr, refusalOfText, withoutSpaceAtTheEnd } from './limits.ts';
import { LAST_INSTANT, type Nanos, nanosOf } from './literal.ts';
import type { Expr } from './term.ts';
import { type Attributes, translate } from './translate.ts';

export type Program = {
  readonly at: (now: Date) => Truth;
  /** Now or at any later time. */
  readonly ever: (now: Date) => Truth;
  readonly intervals: (from: Nanos, to: Nanos) => readonly Interval[];
  /** The parsed expression; absent if there is a refusal. */
  readonly expr?: Expr;
  /** Why the expression is never evaluated, as a clause. */
  readonly refusal?: string;
};

/** Almost each condition that holds at all holds soon: fewer pieces than a week has are enough. */
const COST_OF_EVER = COST_MAX / 4;

const refused = (refusal: string): Program => ({
  at: () => 'unknown',
  ever: () => 'unknown',
  intervals: (start, end) => [{ start, end, truth: 'unknown' }],
  refusal,
});

/** Compiles an expression within bounds. No expression takes long, and none throws. */
export function compile(expression: string, attributes: Attributes): Program {
  const refusal = refusalOfText(expression);
  if (refusal !== undefined) return refused(refusal);
  try {
    const { expr } = parse(withoutSpaceAtTheEnd(expression));
    const refusalOfParts = refusalOfExpr(expr);
    if (refusalOfParts !== undefined) return refused(refusalOfParts);
    const translation = translate(expr, attributes);
    const during = (from: Nanos, to: Nanos, costMax = COST_MAX) =>
      intervalsDuring(translation, from, to, costMax);
    return {
      at: lastKept((now) => bestOf(during(nanosOf(now), nanosOf(now) + 1n))),
      ever: lastKept((now) => bestOf(during(nanosOf(now), LAST_INSTANT + 1n, COST_OF_EVER))),
      intervals: lastPairKept((from, to) => [...during(from, to)]),
      expr,
    };
  } catch {
    return refused(NOT_CEL);
  }
}

function bestOf(intervals: Iterable<Interval>): Truth {
  let best: Truth = 'no';
  for (const { truth } of intervals) {
    if (truth === 'yes') return truth;
    if (truth === 'unknown') best = truth;
  }
  return best;
}

/** A condition is asked for one instant again and again: for every account below its policy. */
function lastKept(at: (now: Date) => Truth): (now: Date) => Truth {
  let last: { readonly time: number; readonly truth: Truth } | undefined;
  return (now) => {
    const time = now.getTime();
    if (last?.time !== time) last = { time, truth: at(now) };
    return last.truth;
  };
}

/** And for one week: for every chain. */
function lastPairKept(of: Program['intervals']): Program['intervals'] {
  let last: { from: Nanos; to: Nanos; intervals: readonly Interval[] } | undefined;
  return (from, to) => {
    if (last?.from !== from || last.to !== to) last = { from, to, intervals: of(from, to) };
    return last.intervals;
  };
}
