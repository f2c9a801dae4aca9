import { intervalsOf, NOTHING } from '../../../../shared/domain/iam/condition/condition.ts';
import type { Truth } from '../../../../shared/domain/iam/three-valued.ts';
import { judgeOf, type Situation, textOf, type Verdict } from './judge.ts';
import type { RandomCondition } from './random-condition.ts';

/** What a disagreement says: the instant, the truth of the interval, and what it should be. */
export type Comparison = { readonly pairs: number; readonly disagreements: readonly string[] };

const TAGS = ['acme/env=prod', 'acme/team=ops'];

/** All situations in which parts of the expression differ. */
function situationsOf(expression: string): Situation[] {
  let all: Situation[] = [{ attributes: {}, tags: new Set() }];
  for (const [name, value] of [
    ['type', 't'],
    ['service', 's'],
  ] as const) {
    if (!expression.includes(`resource.${name}`)) continue;
    all = all.flatMap((one) =>
      [{}, { [name]: value }, { [name]: 'other' }].map((attribute) => ({
        ...one,
        attributes: { ...one.attributes, ...attribute },
      })),
    );
  }
  for (const tag of TAGS) {
    if (!expression.includes(`"${tag.split('=')[0]}"`)) continue;
    all = all.flatMap((one) => [one, { ...one, tags: new Set([...one.tags, tag]) }]);
  }
  return all;
}

/**
 * The truths that an interval may have. `yes` if the condition is true in each situation. `no` if it is false in each situation in which all
 * attributes exist. A part without a value makes `no` possible, because IAM grants nothing then. But it may also leave the condition unknown.
 */
function truthsOf(
  verdicts: readonly { situation: Situation; verdict: Verdict }[],
  most: number,
): readonly Truth[] {
  if (verdicts.every(({ verdict }) => verdict === 'yes')) return ['yes'];
  const complete = verdicts
    .filter(({ situation }) => Object.keys(situation.attributes).length === most)
    .map(({ verdict }) => verdict);
  if (complete.includes('yes')) return ['unknown'];
  return complete.includes('no value') ? ['no', 'unknown'] : ['no'];
}

/** Compares the intervals of a condition with its value at single instants: the given ones, and both sides of each boundary. */
export function compare({ expression, from, to, instants }: RandomCondition): Comparison {
  const intervals = intervalsOf({ expression }, NOTHING, from, to);
  const judge = judgeOf(expression);
  const situations = situationsOf(expression);
  const most = Math.max(...situations.map(({ attributes }) => Object.keys(attributes).length));
  const boundaries = intervals.flatMap(({ start, end }) => [start, end - 1n]);
  // Of many boundaries, the first and last ones.
  const some =
    boundaries.length > 16 ? [...boundaries.slice(0, 8), ...boundaries.slice(-8)] : boundaries;
  const asked = [...new Set([...instants, ...some])];
  const disagreements = gapsIn(intervals, from, to);
  for (const at of asked) {
    const interval = intervals.find(({ start, end }) => start <= at && at < end);
    const verdicts = situations.map((situation) => ({ situation, verdict: judge(at, situation) }));
    const truths = truthsOf(verdicts, most);
    if (!interval || !truths.includes(interval.truth)) {
      disagreements.push(`at ${textOf(at)}: ${interval?.truth}, but it is ${truths.join(' or ')}`);
    }
  }
  return { pairs: asked.length, disagreements };
}

/** The intervals must follow each other, with different truths, from the start to the end. */
function gapsIn(intervals: ReturnType<typeof intervalsOf>, from: bigint, to: bigint): string[] {
  const problems: string[] = [];
  let [next, truth] = [from, ''];
  for (const interval of intervals) {
    if (interval.start !== next || interval.end <= interval.start || interval.truth === truth) {
      problems.push(`an interval starts at ${textOf(interval.start)} after ${textOf(next)}`);
    }
    [next, truth] = [interval.end, interval.truth];
  }
  return next === to ? problems : [...problems, `the intervals end at ${textOf(next)}`];
}
