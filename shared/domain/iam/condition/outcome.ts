import type { Truth } from '../three-valued.ts';
import type { Range } from './range.ts';

/**
 * The values that an expression may have during a time, as bits. `OPEN`: the value is unknown, or CEL has none. During a short enough
 * time it is one bit.
 */
export type Outcome = number;
export const YES = 1;
export const NO = 2;
export const OPEN = 4;

export const outcomeOf = (value: boolean): Outcome => (value ? YES : NO);

export const isSingle = (outcome: Outcome): boolean =>
  outcome === YES || outcome === NO || outcome === OPEN;

export const truthOfOutcome = (outcome: Outcome): Truth =>
  outcome === YES ? 'yes' : outcome === NO ? 'no' : 'unknown';

type Join = (a: Outcome, b: Outcome) => Outcome;

/** A function of two outcomes as a table: it is asked often. */
function tabled(join: Join): Join {
  const table = Uint8Array.from({ length: 64 }, (_, i) => join(i >> 3, i & 7));
  return (a, b) => table[(a << 3) | b] as Outcome;
}

export const inverse = (a: Outcome): Outcome =>
  (a & YES ? NO : 0) | (a & NO ? YES : 0) | (a & OPEN);

/** CEL's `&&`: a `false` on one side decides it, even if the other side has no value. */
export const both = tabled(
  (a, b) =>
    (a & b & YES) |
    ((a | b) & NO) |
    ((a & OPEN && b & (OPEN | YES)) || (b & OPEN && a & YES) ? OPEN : 0),
);

/** CEL's `||`: a `true` on one side decides it. */
export const either = tabled((a, b) => inverse(both(inverse(a), inverse(b))));

export const equal = (a: Outcome, b: Outcome): Outcome =>
  ((a & b & (YES | NO)) !== 0 ? YES : 0) |
  ((a & YES && b & NO) || (a & NO && b & YES) ? NO : 0) |
  ((a | b) & OPEN);

export type Comparison = Readonly<{ less: Outcome; same: Outcome; more: Outcome }>;

/** The outcomes of a comparison by the sign of `a - b`. */
export const COMPARISONS: ReadonlyMap<string, Comparison> = new Map([
  ['_==_', { less: NO, same: YES, more: NO }],
  ['_!=_', { less: YES, same: NO, more: YES }],
  ['_<_', { less: YES, same: NO, more: NO }],
  ['_<=_', { less: YES, same: YES, more: NO }],
  ['_>_', { less: NO, same: NO, more: YES }],
  ['_>=_', { less: NO, same: YES, more: YES }],
]);

export function compared(comparison: Comparison, a: Range, b: Range): Outcome {
  if (a.fails === 'always' || b.fails === 'always') return OPEN;
  return (
    (a.min < b.max ? comparison.less : 0) |
    (a.max >= b.min && a.min <= b.max ? comparison.same : 0) |
    (a.max > b.min ? comparison.more : 0) |
    (a.fails === 'maybe' || b.fails === 'maybe' ? OPEN : 0)
  );
}

/** An `||` of which both sides need a value, as in a list. */
export const strictEither = tabled((a, b) => {
  const [first, second] = [a & ~OPEN, b & ~OPEN];
  return (first && second ? either(first, second) : 0) | ((a | b) & OPEN);
});
