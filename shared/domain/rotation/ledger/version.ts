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
