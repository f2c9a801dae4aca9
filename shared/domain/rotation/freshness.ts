import type { Chain, ChainFile, Pause } from '../chain/chain.ts';
import { projectOfSecret } from '../chain/secret.ts';
import { type Ledger, parseLedger } from './ledger.ts';
import { type Mismatch, mismatchesOf } from './ledger-mismatch.ts';
import type { ListedSecrets } from './listed-secrets.ts';
import { dueAtOf } from './schedule.ts';

/**
 * What readers of a chain's secret get.
 *
 * - `fresh`: a credential that was rotated on schedule
 * - `late`: a valid credential that should have been replaced, or that has less validity left than a reader may expect
 * - `stale`: an expired credential
 * - `never`: none; the secret has no ledger of this chain
 * - `missing`: there is no secret with our label
 * - `unknown`: the secret could not be read
 */
export type CredentialState = 'fresh' | 'late' | 'stale' | 'never' | 'missing' | 'unknown';

export type Freshness = {
  readonly state: CredentialState;
  /** The pause in force now. The operator wants no rotation. */
  readonly pause?: Pause;
  readonly ledger?: Ledger;
  /** When the schedule makes the chain due; it may be in the past. */
  readonly dueAt?: Date;
  /** `dueAt` is so long ago that every attempt since has failed, or nothing was attempted. */
  readonly overdue: boolean;
  readonly mismatches: readonly Mismatch[];
};

/**
 * How fresh a chain's credential is, according to its secret.
 *
 * A chain is overdue when one tick and half the retry window have passed since it was due. Three attempts have failed by then. The other
 * half gives an operator time to act before readers notice. The time of a pause does not count.
 */
export function freshnessOf(
  chain: Chain,
  file: Pick<ChainFile, 'caller' | 'paused' | 'tickEverySeconds'>,
  listed: ListedSecrets,
  now: Date,
): Freshness {
  const pauses = [file.paused, chain.paused].filter((pause) => pause !== undefined);
  const pause = pauses.find(({ until }) => now < until);
  const paused = pause && { pause };
  const secret = listed.secrets.get(chain.secret);
  if (!secret) {
    const isUnlisted = listed.unlisted.has(projectOfSecret(chain.secret));
    const state = isUnlisted ? 'unknown' : 'missing';
    return { state, ...paused, overdue: false, mismatches: [] };
  }
  const mismatches = mismatchesOf(chain, file.caller, secret);
  const ledger = parseLedger(secret.annotations);
  if (ledger?.chain !== chain.name) {
    return { state: 'never', ...paused, overdue: false, mismatches };
  }
  const dueAt = latest([
    dueAtOf(chain, ledger, file.tickEverySeconds),
    ...pauses.map(({ until }) => until),
  ]);
  const allowedMs = (file.tickEverySeconds + chain.retryWindowSeconds / 2) * 1000;
  const overdue = now.getTime() > dueAt.getTime() + allowedMs;
  const leftSeconds = (ledger.expiresAt.getTime() - now.getTime()) / 1000;
  const isLate = overdue || leftSeconds < chain.minValiditySeconds;
  const state = leftSeconds <= 0 ? 'stale' : isLate ? 'late' : 'fresh';
  return { state, ...paused, ledger, dueAt, overdue, mismatches };
}

/** Whether a chain without a pause has no fresh credential. */
export const needsAttention = ({ state, pause }: Freshness): boolean => !pause && state !== 'fresh';

const latest = (dates: readonly Date[]): Date => new Date(Math.max(...dates.map(Number)));
