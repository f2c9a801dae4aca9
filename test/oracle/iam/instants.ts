import { conditionHolds, momentOf } from './access.ts';
import { accountResource, bindingsOf, type Condition, containersOf, type World } from './world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
export const WEEK = 168 * HOUR;

export function conditionsOf(world: World): Condition[] {
  const resources = [
    ...containersOf(world),
    ...world.accounts.map(({ email }) => accountResource(email)),
    ...world.buckets.map(({ name }) => `buckets/${name}`),
  ];
  return resources
    .flatMap((resource) => bindingsOf(world, resource))
    .flatMap(({ condition }) => condition ?? []);
}

/** The instants that conditions name, each with a second before and after it. */
export function constantsOf(conditions: readonly Condition[]): number[] {
  const text = conditions.map(({ expression }) => expression).join(' ');
  return [...text.matchAll(/timestamp\("([^"]+)"\)/g)].flatMap(([, time = '']) => {
    const at = Date.parse(time);
    return [at - 1000, at, at + 1000];
  });
}

/**
 * One instant for each different outcome of the conditions of a world, from now on. Calendar functions change at whole minutes; the
 * conditions of the random worlds change with them within a week, or at a constant.
 *
 * @param most it stops after so many
 */
export function instantsOf(
  world: World,
  now: number,
  { until = Number.POSITIVE_INFINITY, most = Number.POSITIVE_INFINITY } = {},
): number[] {
  const conditions = conditionsOf(world);
  const constants = constantsOf(conditions);
  // The middle one of each three.
  const named = constants.filter((at, i) => i % 3 === 1 && at > now);
  function* candidates() {
    yield now;
    for (const at of constants) if (at > now && at < until) yield at;
    for (const start of [now, ...named]) {
      for (const at of calendarChanges(conditions, start, start + WEEK)) if (at < until) yield at;
    }
  }
  return differentOf(world, conditions, candidates(), most);
}

/** The first instant of each outcome of the conditions. */
export function differentOf(
  world: World,
  conditions: readonly Condition[],
  candidates: Iterable<number>,
  most = Number.POSITIVE_INFINITY,
): number[] {
  const timed = [...new Map(conditions.map((one) => [one.expression, one])).values()].filter(
    ({ expression }) => expression.includes('request.time'),
  );
  const seen = new Map<string, number>();
  for (const at of candidates) {
    const moment = momentOf(at);
    let outcome = '';
    for (const condition of timed) {
      outcome += conditionHolds(world, condition, ACCOUNT, moment);
      if (!condition.expression.includes('resource.')) continue;
      outcome += conditionHolds(world, condition, ACCOUNT, { ...moment, knowsTags: false });
      outcome += conditionHolds(world, condition, 'projects/acme-ops', moment);
    }
    if (!seen.has(outcome)) seen.set(outcome, at);
    if (timed.length === 0 || seen.size === most) break;
  }
  return [...seen.values()];
}
const ACCOUNT = accountResource('any@acme-ops.iam.gserviceaccount.com');

/** Where calendar functions of the conditions may change between two instants. `getMinutes() <= 15` changes at minute 16. */
export function* calendarChanges(
  conditions: readonly Condition[],
  from: number,
  to: number,
): Generator<number> {
  const text = conditions.map(({ expression }) => expression).join(' ');
  if (!text.includes('request.time.get')) return;
  const hasMinutes = text.includes('getMinutes');
  const step = hasMinutes ? HOUR / 4 : HOUR / 2;
  for (let at = Math.floor(from / step) * step; at < to; at += step) {
    if (at >= from) yield at;
    if (hasMinutes && at + MINUTE >= from && at + MINUTE < to) yield at + MINUTE;
  }
}
