import type { Chain, ChainFile, Pause } from '../chain/chain.ts';
import { projectOfSecret } from '../chain/secret.ts';
import { type Ledger, parseLedger } from './ledger.ts';
import { type Mismatch, mismatchesOf } from './ledger-mismatch.ts';
import type { Holdings } from './listed-secrets.ts';
import { dueAtOf } from './schedule.ts';

/**
 * What the readers of a chain have.
 *
 * `fresh`: a credential, rotated as the schedule says. `late`: one that is still valid, but it should have been replaced, or a reader may
 * expect more to be left of it. `stale`: one that is over. `never`: none yet, as far as the secret tells. `missing`: no secret with our
 * label. `unknown`: the secret could not be read.
 */
export type Standing = 'fresh' | 'late' | 'stale' | 'never' | 'missing' | 'unknown';

export type Freshness = {
  readonly standing: Standing;
  /** It holds now: that nothing is rotated is what somebody wants. */
  readonly pause?: Pause;
  readonly ledger?: Ledger;
  /** When it was, or is, due by its schedule. */
  readonly dueAt?: Date;
  /** `dueAt` is so long ago that what was tried since has failed, or nothing was tried. */
  readonly overdue: boolean;
  readonly mismatches: readonly Mismatch[];
};

/**
 * How fresh a chain's credential is, by what its secret says.
 *
 * It is overdue from the tick after it was due and half its retry window on: three attempts have failed by then, and the other half is the
 * operator's, before a reader notices anything. The time of a pause does not count.
 */
export function freshnessOf(
  chain: Chain,
  file: Pick<ChainFile, 'caller' | 'paused' | 'tickEverySeconds'>,
  holdings: Holdings,
  now: Date,
): Freshness {
  const pauses = [file.paused, chain.paused].filter((pause) => pause !== undefined);
  const pause = pauses.find(({ until }) => now < until);
  const paused = pause && { pause };
  const holding = holdings.secrets.get(chain.secret);
  if (!holding) {
    const isUnlisted = holdings.unlisted.has(projectOfSecret(chain.secret));
    const standing = isUnlisted ? 'unknown' : 'missing';
    return { standing, ...paused, overdue: false, mismatches: [] };
  }
  const mismatches = mismatchesOf(chain, file.caller, holding);
  const ledger = parseLedger(holding.annotations);
  if (ledger?.chain !== chain.name) {
    return { standing: 'never', ...paused, overdue: false, mismatches };
  }
  const dueAt = latest([
    dueAtOf(chain, ledger, file.tickEverySeconds),
    ...pauses.map(({ until }) => until),
  ]);
  const allowedMs = (file.tickEverySeconds + chain.retryWindowSeconds / 2) * 1000;
  const overdue = now.getTime() > dueAt.getTime() + allowedMs;
  const leftSeconds = (ledger.expiresAt.getTime() - now.getTime()) / 1000;
  const isLate = overdue || leftSeconds < chain.minValiditySeconds;
  const standing = leftSeconds <= 0 ? 'stale' : isLate ? 'late' : 'fresh';
  return { standing, ...paused, ledger, dueAt, overdue, mismatches };
}

/** Nobody wants it so: a chain that is paused is told, and is no trouble. */
export const isWanting = ({ standing, pause }: Freshness): boolean =>
  !pause && standing !== 'fresh';

const latest = (dates: readonly Date[]): Date => new Date(Math.max(...dates.map(Number)));
