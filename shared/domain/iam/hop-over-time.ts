import { intervalsOf, NOTHING } from './condition/condition.ts';
import type { Interval } from './condition/intervals.ts';
import { earliest, type Nanos, nanosOf } from './condition/literal.ts';
import { type CheckedBinding, type Evaluation, type HopState, stateOf } from './evaluate-hop.ts';
import type { Condition } from './policy.ts';
import { every, some, type Truth } from './three-valued.ts';

/** The state of a hop from `start` until just before `end`. */
export type HopPeriod = { readonly start: Nanos; readonly end: Nanos; readonly state: HopState };

const DAY_MS = 86_400_000;

/** The time for which the conditions of hops are computed. It is the same for all chains, so that each condition is computed once. */
export const aheadOf = (now: Date): readonly [from: Nanos, to: Nanos] => [
  nanosOf(now),
  nanosOf(new Date(now.getTime() + 15 * DAY_MS)),
];

/** `false` if no condition of a grant can change the state: a binding without a condition grants the hop, or none with a condition can. */
export const dependsOnTime = ({ checkedBindings }: Evaluation): boolean =>
  conditionalOf(checkedBindings).length > 0 &&
  !checkedBindings.some(({ grants, binding }) => grants === 'yes' && !binding.condition);

/** Only these can make a hop `ok`: with a role or a member that is unknown, it stays unknown. */
const conditionalOf = (checked: readonly CheckedBinding[]): readonly CheckedBinding[] =>
  checked.filter(
    ({ role, member, binding }) => role === 'yes' && member === 'yes' && binding.condition,
  );

/**
 * The states of a hop from `from` until just before `to`, if no policy changes. Only the conditions of grants depend on time: those of deny
 * rules read tags alone. The periods are in order, without gaps, and as exact as the conditions are.
 */
export function* statesOf(evaluation: Evaluation, from: Nanos, to: Nanos): Generator<HopPeriod> {
  const { to: account, from: holder, denied, checkedBindings, mayBeGranted } = evaluation;
  if (account === undefined || account === 'missing') {
    yield { start: from, end: to, state: evaluation.state };
    return;
  }
  const steady = checkedBindings.flatMap((checked) =>
    checked.binding.condition ? [] : [checked.grants],
  );
  const timed = conditionalOf(checkedBindings).map(({ role, member, binding }) => ({
    known: every([role, member]),
    condition: binding.condition,
  }));
  for (const { start, end, truth } of someDuring([...steady, mayBeGranted], timed, from, to)) {
    yield { start, end, state: stateOf(holder, account, truth, denied) };
  }
}

/** A grant with a condition. `known`: everything about it but the condition. */
type TimedGrant = { readonly known: Truth; readonly condition: Condition | undefined };

/** Does at least one grant hold, from `from` until just before `to`? In order, without gaps. @param steady grants without a condition */
export function* someDuring(
  steady: readonly Truth[],
  grants: readonly TimedGrant[],
  from: Nanos,
  to: Nanos,
): Generator<Interval> {
  const timed = grants.map(({ known, condition }) => ({
    known,
    intervals: intervalsOf(condition, NOTHING, from, to),
    next: 0,
  }));
  for (let start = from; start < to; ) {
    let end = to;
    const truths: Truth[] = [...steady];
    for (const one of timed) {
      while ((one.intervals[one.next]?.end ?? to) <= start) one.next += 1;
      const interval = one.intervals[one.next];
      if (!interval) continue;
      truths.push(every([one.known, interval.truth]));
      end = earliest(end, interval.end);
    }
    yield { start, end, truth: some(truths) };
    start = end;
  }
}
