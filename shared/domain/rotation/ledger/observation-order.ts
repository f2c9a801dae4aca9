import { type Evidence, isSound } from './evidence.ts';
import { SETTLED_AFTER_SECONDS } from './version.ts';

/** Each secret is observed within this time, as far as the quota of its project goes. */
export const OBSERVED_WITHIN_SECONDS = 15 * 60;
/** A round of observations comes each minute and takes up to one, so a secret is read again some time before. */
const AGAIN_AFTER_SECONDS = 12 * 60;
/** A secret that has changed, or that is not as it should be, is read again after this time. */
const CHANGED_AGAIN_AFTER_SECONDS = 60;

/** What is known of a chain's secret before it is observed. */
export type KnownSecret = {
  readonly chain: string;
  /** The version that its annotations name as current now, 0 for none. */
  readonly current: number;
  /** Absent if it has never been observed. */
  readonly evidence?: Evidence | undefined;
  /** When an event last reported a change of the secret. */
  readonly changedAt?: Date | undefined;
};

/** How urgent the next observation is: from 1 on it is due. */
function urgencyOf(known: KnownSecret, now: Date): number {
  const { evidence, current } = known;
  if (!evidence) return Number.POSITIVE_INFINITY;
  const ageSeconds = (now.getTime() - evidence.observedAt.getTime()) / 1000;
  if (needsAnotherLook(known, evidence)) return ageSeconds / CHANGED_AGAIN_AFTER_SECONDS;
  const urgency = ageSeconds / AGAIN_AFTER_SECONDS;
  // A rotation has proven its version. So its observation is due, but all that have waited for long come first.
  const isRotated =
    evidence.current?.number !== current && ageSeconds >= CHANGED_AGAIN_AFTER_SECONDS;
  return isRotated ? Math.max(1, urgency) : urgency;
}

/** The last observation is not sound, or shows a version that a rotation may be about to commit, or may be older than a change. */
function needsAnotherLook({ changedAt }: KnownSecret, evidence: Evidence): boolean {
  const { observedAt, latest, current } = evidence;
  // A list may lag behind a change.
  const hasChanged =
    changedAt !== undefined &&
    observedAt.getTime() - changedAt.getTime() < SETTLED_AFTER_SECONDS * 1000;
  return !isSound(evidence) || latest?.number !== current?.number || hasChanged;
}

/**
 * The order in which the secrets of chains are observed: first what was never observed, then what has waited longest for its next observation. A
 * changed secret waits a minute, and any other one twelve. So thousands of changes cannot keep the others from being read. Rotated secrets come last.
 *
 * @param all also the secrets whose next observation is not due yet, at the end
 * @returns names of chains
 */
export function observationOrder(
  secrets: readonly KnownSecret[],
  now: Date,
  { all }: { readonly all: boolean },
): string[] {
  return secrets
    .map((known) => [urgencyOf(known, now), known.chain] as const)
    .filter(([urgency]) => all || urgency >= 1)
    .sort(([a, one], [b, other]) => (a === b ? (one < other ? -1 : 1) : a > b ? -1 : 1))
    .map(([, chain]) => chain);
}
