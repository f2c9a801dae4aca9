/**
 * A version of a secret that is not destroyed, as Secret Manager reports it. Nobody can change its number and its creation time. A version that
 * is scheduled for destruction counts as destroyed.
 */
export type Version = {
  readonly number: number;
  readonly state: 'ENABLED' | 'DISABLED';
  /** On Google's clock. */
  readonly createdAt: Date;
};

/** A version by its number. `never`: it was never added. */
export type KnownVersion = Version | 'destroyed' | 'never';

/**
 * @param versions those that are not destroyed
 * @param newest the number of the newest version in any state; 0 if there is none
 */
export const versionIn = (
  number: number,
  versions: readonly Version[],
  newest: number,
): KnownVersion =>
  versions.find((version) => version.number === number) ??
  (number <= newest ? 'destroyed' : 'never');

/**
 * A rotation adds its version, and commits it within 45 seconds. Our clock and Google's may differ by a minute, and a list may lag behind. So
 * nothing follows from a version or a ledger that is younger than this.
 */
export const SETTLED_AFTER_SECONDS = 120;
