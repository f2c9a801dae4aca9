import type { Chain, ChainFile } from '../chain/chain.ts';
import type { Hop } from '../chain/hop.ts';
import { latest, msOf, type Nanos, nanosOf } from '../iam/condition/literal.ts';
import { type Evaluation, evaluateHop } from '../iam/evaluate-hop.ts';
import { aheadOf, dependsOnTime, type HopPeriod, statesOf } from '../iam/hop-over-time.ts';
import type { Snapshot } from '../iam/snapshot.ts';
import { lastGridInstant } from '../rotation/tick/schedule.ts';

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;

/** When a hop must work: the time in which `mint` may ask for one credential, both ends included. */
type MintWindow = { readonly first: Nanos; readonly last: Nanos; readonly when: Ending['when'] };

/** When a hop of a chain must work, and how far ahead the end of a grant is reported. */
export type Horizon = {
  readonly windows: readonly MintWindow[];
  /** A later end of a grant is not reported: `plan` renews the grant before. */
  readonly renewedFrom: Nanos;
};

/**
 * The horizon of a chain: its mints of the next seven days, and at least the next two. Each mint has until `retryWindow` after the tick that
 * comes `tickEvery` after its instant. `plan` renews a grant with an end (`grantFor`) in its last third. So the audit reports such an end
 * only in that third.
 */
export function horizonOf(
  chain: Pick<Chain, 'name' | 'rotateEverySeconds' | 'retryWindowSeconds'>,
  { grantForSeconds, tickEverySeconds }: Pick<ChainFile, 'grantForSeconds' | 'tickEverySeconds'>,
  now: Date,
): Horizon {
  const everyMs = chain.rotateEverySeconds * 1000;
  const lengthMs = (tickEverySeconds + chain.retryWindowSeconds) * 1000;
  const windows: MintWindow[] = [];
  const before = lastGridInstant(chain, now).getTime();
  for (
    let at = before + everyMs;
    windows.length < 2 || at <= now.getTime() + WEEK_MS;
    at += everyMs
  ) {
    const when = NEXT[windows.length] ?? (at <= now.getTime() + DAY_MS ? 'day' : 'week');
    const last = nanosOf(new Date(at + lengthMs));
    windows.push({ first: nanosOf(new Date(at)), last, when });
  }
  const thirdMs = grantForSeconds === undefined ? WEEK_MS : (grantForSeconds * 1000) / 3;
  const renewedFrom = nanosOf(new Date(now.getTime() + Math.floor(thirdMs)));
  return { windows, renewedFrom };
}

const NEXT = ['nextMint', 'afterNext'] as const;

/** When a hop that works now stops working. */
export type Ending = {
  /** Which mint fails first: the next, the one after it, or one within a day or a week. */
  readonly when: 'nextMint' | 'afterNext' | 'day' | 'week';
  /** The hop stops working at this instant. */
  readonly at: Date;
  /** The first instant at which a mint fails. */
  readonly mintFailsAt: Date;
  /** The hop works again later. */
  readonly returns: boolean;
  /** Whether it works from then on is not known: it may. */
  readonly isUnknown: boolean;
};

/** The evaluation of a hop now, and its ending if the hop stops working soon. */
export type Forecast = Evaluation & {
  /** The state may change later although no policy changes. */
  readonly dependsOnTime: boolean;
  readonly ending?: Ending;
};

/**
 * Evaluates a hop now and at every instant of every mint. A hop whose grant ends before the credential after next is minted is `expiring`.
 * One that fails at a later mint, or that works again after it fails, is `conditional`.
 */
export function forecastHop(snapshot: Snapshot, hop: Hop, horizon: Horizon, now: Date): Forecast {
  const evaluation = evaluateHop(snapshot, hop, now);
  const timed = dependsOnTime(evaluation);
  const same = { ...evaluation, dependsOnTime: timed };
  if (evaluation.state !== 'ok' || !timed) return same;
  const ending = endingOf((from, to) => statesOf(evaluation, from, to), horizon, now);
  if (ending === undefined) return same;
  const isNear = ending.when === 'nextMint' || ending.when === 'afterNext';
  return { ...same, state: isNear && !ending.returns ? 'expiring' : 'conditional', ending };
}

/** When what `statesDuring` gives stops being `ok` so that a mint of the horizon fails; `undefined` if none fails. */
export function endingOf(
  statesDuring: (from: Nanos, to: Nanos) => Iterable<HopPeriod>,
  { windows, renewedFrom }: Horizon,
  now: Date,
): Ending | undefined {
  const [start, ahead] = aheadOf(now);
  // At least a week more, to see whether the hop works again.
  const end = latest(ahead, (windows.at(-1)?.last ?? start) + nanosOf(new Date(WEEK_MS)));
  const periods = [...statesDuring(start, end)];
  const failure = firstFailure(periods, windows);
  if (!failure) return undefined;
  const { period, window, at } = failure;
  const returns = periods.some((later) => later.state === 'ok' && later.start > at);
  const isNear = window.when === 'nextMint' || window.when === 'afterNext';
  if (!returns && !isNear && at > renewedFrom) return undefined;
  return {
    when: window.when,
    at: dateOf(period.start),
    mintFailsAt: dateOf(at),
    returns,
    isUnknown: period.state === 'unknown',
  };
}

const dateOf = (at: Nanos): Date => new Date(msOf(at));

/** The first period in which the hop does not work during a window. Both lists are in order. */
function firstFailure(periods: readonly HopPeriod[], windows: readonly MintWindow[]) {
  let next = 0;
  for (const period of periods) {
    if (period.state === 'ok') continue;
    while ((windows[next]?.last ?? period.start) < period.start) next += 1;
    const window = windows[next];
    if (window && window.first < period.end) {
      return { period, window, at: latest(window.first, period.start) };
    }
  }
  return undefined;
}
