import { sha256 } from '../../basics/canonical.ts';
import { SKEW_SECONDS } from '../../basics/skew.ts';
import type { Chain } from '../../chain/chain.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** The shortest time between two rotations of a chain, unless forced. */
export const FLOOR_SECONDS = 120;

/** When a rotation has left old versions, the next one comes after so many seconds and destroys more of them. */
const LEFTOVER_SECONDS = 600;

export type DueReason =
  | 'no-ledger'
  | 'definition-changed'
  | 'would-not-last'
  | 'grid-instant'
  | 'leftover';

const seconds = (at: Date): number => at.getTime() / 1000;

/** The clock skew that an expiry does not contain yet. The `exp` of a signed JWT does, see `claimsFor`. */
const skewSecondsOf = ({ kind }: Pick<Ledger, 'kind'>): number =>
  kind === 'signed-jwt' ? 0 : SKEW_SECONDS;

/**
 * The last instant of a chain's grid up to `now`. The instants are `rotateEvery` apart, shifted by a hash of the chain's name. So a thousand
 * chains spread evenly over the ticks.
 */
export function lastGridInstant(
  chain: Pick<Chain, 'name' | 'rotateEverySeconds'>,
  now: Date,
): Date {
  const every = chain.rotateEverySeconds;
  const shift = Number.parseInt(sha256(chain.name).slice(0, 12), 16) % every;
  return new Date((Math.floor((seconds(now) - shift) / every) * every + shift) * 1000);
}

/**
 * Why a chain is due now, or `undefined` if it is not.
 *
 * @param digest of the chain's current definition
 * @param ledger of the chain's secret; undefined if it was never rotated
 * @param tickEverySeconds the time until the next tick
 */
export function dueReasonOf(
  chain: Chain,
  digest: string,
  ledger: Ledger | undefined,
  now: Date,
  tickEverySeconds: number,
): DueReason | undefined {
  if (!ledger) return 'no-ledger';
  if (seconds(now) - seconds(ledger.mintedAt) < FLOOR_SECONDS) return undefined;
  if (ledger.digest !== digest) return 'definition-changed';
  if (ledger.mintedAt < lastGridInstant(chain, now)) return 'grid-instant';
  if (ledger.leftover > 0 && seconds(now) - seconds(ledger.mintedAt) >= LEFTOVER_SECONDS) {
    // A rotation shortly before a grid instant would leave a version again, and so on for ever.
    const nextInstant = seconds(lastGridInstant(chain, now)) + chain.rotateEverySeconds;
    if (nextInstant - seconds(now) > LEFTOVER_SECONDS + SKEW_SECONDS) return 'leftover';
  }
  // Google may give a shorter lifetime than requested. Such a credential would expire before the next grid instant.
  const lastsUntil = seconds(ledger.expiresAt) - chain.minValiditySeconds - skewSecondsOf(ledger);
  const nextChance = seconds(now) + tickEverySeconds + chain.retryWindowSeconds;
  return lastsUntil < nextChance ? 'would-not-last' : undefined;
}

/** When a chain becomes due by time alone. From then on `dueReasonOf` gives a reason, if the definition does not change. */
export function dueAtOf(
  chain: Pick<Chain, 'name' | 'rotateEverySeconds' | 'retryWindowSeconds' | 'minValiditySeconds'>,
  ledger: Pick<Ledger, 'kind' | 'mintedAt' | 'expiresAt'>,
  tickEverySeconds: number,
): Date {
  const { mintedAt, expiresAt } = ledger;
  const gridInstant = seconds(lastGridInstant(chain, mintedAt)) + chain.rotateEverySeconds;
  const { minValiditySeconds, retryWindowSeconds } = chain;
  const reserve =
    minValiditySeconds + skewSecondsOf(ledger) + tickEverySeconds + retryWindowSeconds;
  const wouldNotLast = seconds(expiresAt) - reserve;
  const floor = seconds(mintedAt) + FLOOR_SECONDS;
  return new Date(Math.max(floor, Math.min(gridInstant, wouldNotLast)) * 1000);
}

/** A chain that stays due is published again so many minutes after its first publication. */
const AGAIN_MINUTES = [2, 5, 10, 20] as const;
/** And then at this interval. */
const THEN_EVERY_MINUTES = 30;

/** What fanout remembers about a chain that it has published and that is still due. */
export type Attempts = {
  /** Identifies the request. With another definition or another version to replace, the count starts again. */
  readonly request: string;
  /** The version to replace, 0 for none. */
  readonly replaces: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
  /** The number of publications so far, at least 1. */
  readonly count: number;
};

/** When a chain that stays due may be published again. */
export function nextAttemptAt({ firstAt, count }: Pick<Attempts, 'firstAt' | 'count'>): Date {
  const last = AGAIN_MINUTES[AGAIN_MINUTES.length - 1] as number;
  const minutes =
    AGAIN_MINUTES[count - 1] ?? last + THEN_EVERY_MINUTES * (count - AGAIN_MINUTES.length);
  return new Date(firstAt.getTime() + minutes * 60_000);
}

/** The writes of one rotation: addVersion, destroy, update. */
export const WRITES_PER_ROTATION = 3;

/** How many rotations may start in one project within any 60 seconds. */
export const rotationsPerMinute = (writesPerMinute: number): number =>
  Math.max(1, Math.floor(writesPerMinute / WRITES_PER_ROTATION));

/** How many of a minute's rotations may be retries, so that one broken relay under 300 chains does not delay the other chains. */
export const retriesOf = (rotations: number): number => Math.max(1, Math.floor(rotations / 5));

/** An older request is acknowledged and not obeyed, because the next tick asks again. */
export const REQUEST_LIFE_SECONDS = 120;

/** The share of the write quota that a chain file may plan. Retries, forced ticks and people need the rest. */
export const SHARE_OF_QUOTA = 0.7;

/**
 * How many writes a minute a chain file may plan in one project. A tick starts no more rotations than the quota of one minute allows, so a
 * longer time between ticks allows fewer.
 */
export const mostWritesOf = (writesPerMinute: number, tickEverySeconds: number): number =>
  writesPerMinute * SHARE_OF_QUOTA * Math.min(1, 60 / tickEverySeconds);
