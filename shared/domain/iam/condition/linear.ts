import {
  earliest,
  FIRST_INSTANT,
  LAST_INSTANT,
  LONGEST_DURATION,
  latest,
  type Nanos,
} from './literal.ts';
import { type Comparison, OPEN } from './outcome.ts';
import type { OutcomeDuring } from './piece.ts';

/** `slope` times `request.time`, plus `nanos`. CEL has a value only while `request.time` is from `first` to `last`. */
export type Linear = {
  readonly is: 'instant' | 'duration';
  readonly slope: -1 | 0 | 1;
  readonly nanos: Nanos;
  readonly first: Nanos;
  readonly last: Nanos;
};

const ALWAYS = { first: FIRST_INSTANT, last: LAST_INSTANT };

export const instant = (nanos: Nanos): Linear => ({ is: 'instant', slope: 0, nanos, ...ALWAYS });
export const duration = (nanos: Nanos): Linear => ({ is: 'duration', slope: 0, nanos, ...ALWAYS });
export const REQUEST_TIME: Linear = { is: 'instant', slope: 1, nanos: 0n, ...ALWAYS };

/** `a + b` or `a - b`, or undefined if CEL has no such operator, or its value is no value of CEL. */
export function sum(a: Linear, sign: 1 | -1, b: Linear): Linear | undefined {
  const is = KINDS[`${a.is} ${sign === 1 ? '+' : '-'} ${b.is}`];
  const slope = a.slope + sign * b.slope;
  if (is === undefined || (slope !== 0 && slope !== 1 && (slope !== -1 || is === 'instant'))) {
    return undefined;
  }
  const nanos = a.nanos + BigInt(sign) * b.nanos;
  const [least, most] =
    is === 'instant' ? [FIRST_INSTANT, LAST_INSTANT] : [-LONGEST_DURATION, LONGEST_DURATION];
  if (slope === 0 && (nanos < least || nanos > most)) return undefined;
  const [first, last] =
    slope === 0
      ? [FIRST_INSTANT, LAST_INSTANT]
      : slope === 1
        ? [least - nanos, most - nanos]
        : [nanos - most, nanos - least];
  return {
    is,
    slope,
    nanos,
    first: latest(first, latest(a.first, b.first)),
    last: earliest(last, earliest(a.last, b.last)),
  };
}

const KINDS: Readonly<Record<string, Linear['is']>> = {
  'instant + duration': 'instant',
  'duration + instant': 'instant',
  'duration + duration': 'duration',
  'instant - instant': 'duration',
  'instant - duration': 'instant',
  'duration - duration': 'duration',
};

/** A comparison, and the instants from which it may have another value. */
export type Cut = { readonly during: OutcomeDuring; readonly cuts: readonly Nanos[] };

/** Compares two instants or two durations: where their difference changes its sign, the line is cut. */
export function compareLinear(comparison: Comparison, a: Linear, b: Linear): Cut | undefined {
  const slope = a.slope - b.slope;
  if (a.is !== b.is || Math.abs(slope) > 1) return undefined;
  const nanos = a.nanos - b.nanos;
  const [first, last] = [latest(a.first, b.first), earliest(a.last, b.last)];
  const root = slope === 1 ? -nanos : nanos;
  const [before, after] =
    slope === 1 ? [comparison.less, comparison.more] : [comparison.more, comparison.less];
  const constant = nanos < 0n ? comparison.less : nanos > 0n ? comparison.more : comparison.same;
  return {
    cuts: [first, last + 1n, ...(slope === 0 ? [] : [root, root + 1n])],
    during: ({ at }) => {
      if (at < first || at > last) return OPEN;
      if (slope === 0) return constant;
      return at < root ? before : at > root ? after : comparison.same;
    },
  };
}
