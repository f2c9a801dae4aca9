import { sha256 } from '../basics/canonical.ts';
import type { Chain } from '../chain/chain.ts';
import type { Ledger } from './ledger.ts';

/** No chain rotates twice within this, unless forced. */
export const FLOOR_SECONDS = 120;

/** What our clocks and Google's may differ by. */
export const SKEW_SECONDS = 60;

export type DueReason = 'no-ledger' | 'definition-changed' | 'would-not-last' | 'grid-instant';

const seconds = (at: Date): number => at.getTime() / 1000;

/**
 * The last instant of a chain's grid that is not after `now`. Instants are `rotateEvery` apart, shifted by a hash of the chain's name, so
 * that a thousand chains spread evenly and no tick is a burst.
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
 * Whether a chain is to be rotated now, and why.
 *
 * @param digest of the chain's definition as it is now
 * @param ledger of its secret, none if it was never rotated
 * @param tickEverySeconds until the next chance
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
  // A credential that Google made shorter than asked runs out between two instants.
  const lastsUntil = seconds(ledger.expiresAt) - chain.minValiditySeconds - SKEW_SECONDS;
  const nextChance = seconds(now) + tickEverySeconds + chain.retryWindowSeconds;
  return lastsUntil < nextChance ? 'would-not-last' : undefined;
}

/** When a chain is due by time alone: from then on `dueReasonOf` has a reason, if its definition stays as it is. */
export function dueAtOf(
  chain: Pick<Chain, 'name' | 'rotateEverySeconds' | 'retryWindowSeconds' | 'minValiditySeconds'>,
  { mintedAt, expiresAt }: Pick<Ledger, 'mintedAt' | 'expiresAt'>,
  tickEverySeconds: number,
): Date {
  const gridInstant = seconds(lastGridInstant(chain, mintedAt)) + chain.rotateEverySeconds;
  const { minValiditySeconds, retryWindowSeconds } = chain;
  const reserve = minValiditySeconds + SKEW_SECONDS + tickEverySeconds + retryWindowSeconds;
  const wouldNotLast = seconds(expiresAt) - reserve;
  const floor = seconds(mintedAt) + FLOOR_SECONDS;
  return new Date(Math.max(floor, Math.min(gridInstant, wouldNotLast)) * 1000);
}

/** Minutes after the first publication at which a chain that stays due is published again; then every 30. */
const AGAIN_MINUTES = [2, 5, 10, 20] as const;
const THEN_EVERY_MINUTES = 30;

/** What fanout remembers of a chain that it has published and that is still due. */
export type Attempts = {
  /** What was asked for: another definition, or another version to replace, begins anew. */
  readonly of: string;
  /** The version that was to be replaced. */
  readonly replaces: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
  /** Publications so far, at least one. */
  readonly count: number;
};

/** When a chain that stays due may be published again. */
export function nextAttemptAt({ firstAt, count }: Pick<Attempts, 'firstAt' | 'count'>): Date {
  const last = AGAIN_MINUTES[AGAIN_MINUTES.length - 1] as number;
  const minutes =
    AGAIN_MINUTES[count - 1] ?? last + THEN_EVERY_MINUTES * (count - AGAIN_MINUTES.length);
  return new Date(firstAt.getTime() + minutes * 60_000);
}

/** addVersion, destroy, update: what one rotation writes. */
export const WRITES_PER_ROTATION = 3;

/** How many rotations one tick may start in one project, so that the next finds its quota whole. */
export const roomOf = (writesPerMinute: number, tickEverySeconds: number): number =>
  Math.max(1, Math.floor((writesPerMinute * tickEverySeconds) / 60 / WRITES_PER_ROTATION));

/** The share of a tick's room that retries may take: a broken relay under 300 chains starves nobody. */
export const retryRoomOf = (room: number): number => Math.max(1, Math.floor(room / 5));

/** A request that is older is acknowledged unread: the tick comes again. */
export const REQUEST_LIFE_SECONDS = 120;

/** The rest is for retries, forced ticks, and people. */
export const SHARE_OF_QUOTA = 0.7;

/** How many writes a minute a chain file may plan in one project. */
export const mostWritesOf = (writesPerMinute: number): number => writesPerMinute * SHARE_OF_QUOTA;
