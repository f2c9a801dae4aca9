import { formatDuration } from '../basics/duration.ts';
import type { Chain, ChainFile, Pause } from '../chain/chain.ts';
import { digestOf } from '../chain/definition.ts';
import { projectOfSecret } from '../chain/secret.ts';
import { impossibilityOf } from './ledger/belief.ts';
import { type Evidence, type EvidenceOf, NO_EVIDENCE } from './ledger/evidence.ts';
import { type Ledger, parseLedger } from './ledger/ledger.ts';
import { type Mismatch, mismatchesOf } from './ledger/ledger-mismatch.ts';
import type { ListedSecrets } from './ledger/listed-secrets.ts';
import { dueAtOf } from './tick/schedule.ts';

/**
 * What readers of a chain's secret get.
 *
 * - `fresh`: a credential that was rotated on schedule
 * - `late`: a valid credential that should have been replaced, or that has less validity left than a reader may expect
 * - `stale`: an expired credential
 * - `unusable`: nothing that they can use, although the ledger says otherwise: this was observed
 * - `never`: none; the secret has no ledger of this chain
 * - `missing`: there is no secret with our label
 * - `unknown`: the secret or its versions could not be read, the last observation is more than an hour old, the ledger is not believed, or
 *   nobody knows yet who has added the newest version
 */
export type CredentialState =
  | 'fresh'
  | 'late'
  | 'stale'
  | 'unusable'
  | 'never'
  | 'missing'
  | 'unknown';

export type Freshness = {
  readonly state: CredentialState;
  /** The pause in force now. The operator wants no rotation. */
  readonly pause?: Pause;
  /** The ledger, if it is believed. */
  readonly ledger?: Ledger;
  /** Why the state is `unknown`, although the secret was read. */
  readonly doubt?: string;
  /** What was observed of the credential that readers have now. */
  readonly evidence?: Evidence;
  /** When Google deletes the secret with all its versions. */
  readonly secretExpiresAt?: Date;
  /** How long Google keeps a destroyed version. */
  readonly destroyDelaySeconds?: number;
  /** When the schedule makes the chain due; it may be in the past. */
  readonly dueAt?: Date;
  /** `dueAt` is so long ago that every attempt since has failed, or nothing was attempted. */
  readonly overdue: boolean;
  readonly mismatches: readonly Mismatch[];
};

/**
 * How fresh a chain's credential is. The ledger is a hint: the state is `fresh` only if the ledger can be true and if the last observation does
 * not contradict it.
 *
 * A chain is overdue when one tick and half the retry window have passed since it was due. Three attempts have failed by then. The other
 * half gives an operator time to act before readers notice. The time of a pause does not count.
 */
export function freshnessOf(
  chain: Chain,
  file: Pick<ChainFile, 'caller' | 'paused' | 'tickEverySeconds'>,
  listed: ListedSecrets,
  now: Date,
  evidenceOf: EvidenceOf = NO_EVIDENCE,
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
  const found = evidenceOf(chain.name);
  const evidence = found === 'unread' ? undefined : found;
  const known = {
    ...paused,
    ...(evidence && { evidence }),
    ...(secret.expiresAt && { secretExpiresAt: secret.expiresAt }),
    ...(secret.destroyDelaySeconds && { destroyDelaySeconds: secret.destroyDelaySeconds }),
  };
  const digest = digestOf(chain, file.caller);
  const ledger = parseLedger(secret.annotations);
  const isOurs = ledger?.chain === chain.name;
  const doubt = isOurs ? doubtOf(ledger, chain, digest, evidence, now) : undefined;
  const mismatches = mismatchesOf(chain, digest, secret, ledger, doubt);
  if (!isOurs) return { state: 'never', ...known, overdue: false, mismatches };
  const isUnusable = evidence !== undefined && evidence.unusable.length > 0;
  const isAboutThis = evidence?.current?.number === ledger.current;
  if (doubt !== undefined) {
    const state = isUnusable && isAboutThis ? 'unusable' : 'unknown';
    return { state, ...known, doubt, overdue: false, mismatches };
  }
  const dueAt = latest([
    dueAtOf(chain, ledger, file.tickEverySeconds),
    ...pauses.map(({ until }) => until),
  ]);
  const allowedMs = (file.tickEverySeconds + chain.retryWindowSeconds / 2) * 1000;
  const overdue = now.getTime() > dueAt.getTime() + allowedMs;
  const leftSeconds = (ledger.expiresAt.getTime() - now.getTime()) / 1000;
  const isLate = overdue || leftSeconds < chain.minValiditySeconds;
  const byLedger = { ...known, ledger, dueAt, overdue, mismatches };
  if (leftSeconds <= 0) return { state: 'stale', ...byLedger };
  if (isUnusable && isAboutThis) return { state: 'unusable', ...byLedger };
  // Readers of the alias get another version, or nothing. A mismatch says which.
  if (secret.versionAliases.current !== ledger.current) return { state: 'unusable', ...byLedger };
  if (isLate) return { state: 'late', ...byLedger };
  if (evidence?.isOlder && isAboutThis) {
    return { state: 'unknown', ...byLedger, doubt: OLDER_LIST };
  }
  if (isUnusable) {
    const doubt = `its credential was unusable at ${evidence.observedAt.toISOString()}, and no observation has confirmed the newer one`;
    return { state: 'unknown', ...byLedger, doubt };
  }
  if (found === 'unread') {
    return { state: 'unknown', ...byLedger, doubt: 'the versions of its secret could not be read' };
  }
  if (evidence && now.getTime() - evidence.observedAt.getTime() > OBSERVATION_HOLDS_MS) {
    const doubt = `its secret was last observed at ${evidence.observedAt.toISOString()}`;
    return { state: 'unknown', ...byLedger, doubt };
  }
  const doubtful = isAboutThis ? uncommittedVersion(byLedger) : undefined;
  if (doubtful !== undefined) return { state: 'unknown', ...byLedger, doubt: doubtful };
  return { state: 'fresh', ...byLedger };
}

/** The newest version, if the ledger does not name it yet, as a clause. */
export function uncommittedVersion({
  ledger,
  evidence,
}: Pick<Freshness, 'ledger' | 'evidence'>): string | undefined {
  const newest = evidence?.latest?.number ?? 0;
  return ledger && newest > ledger.current
    ? `readers of latest get version ${newest}: a rotation is about to commit it, or somebody else added it`
    : undefined;
}

/** Each secret is observed every 15 minutes, or somewhat later where the quota is not enough. After an hour observations have stopped. */
const OBSERVATION_HOLDS_MS = 3_600_000;

const OLDER_LIST = 'the list of its versions has not yet shown the version that its ledger names';

/** Why a ledger is not believed. A contradiction that was observed counts until the ledger names another version. */
const doubtOf = (
  ledger: Ledger,
  chain: Chain,
  digest: string,
  evidence: Evidence | undefined,
  now: Date,
): string | undefined =>
  impossibilityOf(ledger, chain, digest, now) ??
  (evidence?.current?.number === ledger.current ? evidence.contradiction : undefined);

const DAY_SECONDS = 86_400;
/** Google deletes the secret so soon that somebody must act now. */
const SOON_SECONDS = DAY_SECONDS;

export const isDeletedSoon = ({ secretExpiresAt }: Freshness, now: Date): boolean =>
  secretExpiresAt !== undefined && secretExpiresAt.getTime() - now.getTime() < SOON_SECONDS * 1000;

/** How much time is left until Google deletes the secret: in days, in minutes, or in seconds if there are few. */
export function timeLeft({ secretExpiresAt = new Date(0) }: Freshness, now: Date): string {
  const seconds = Math.max(0, Math.floor((secretExpiresAt.getTime() - now.getTime()) / 1000));
  if (seconds >= 2 * DAY_SECONDS) return `${Math.floor(seconds / DAY_SECONDS)} days`;
  return formatDuration(seconds < 120 ? seconds : seconds - (seconds % 60));
}

/** Whether a chain without a pause has no fresh credential, or will soon have no secret. */
export const needsAttention = (freshness: Freshness, now: Date): boolean =>
  !freshness.pause && (freshness.state !== 'fresh' || isDeletedSoon(freshness, now));

const latest = (dates: readonly Date[]): Date => new Date(Math.max(...dates.map(Number)));
