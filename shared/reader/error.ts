/**
 * Why there is no credential.
 *
 * - `misconfigured`: an option or `HOPMINT_CLOUD` is wrong; told by the constructor
 * - `unauthenticated`: the identity that reads has no token that Google takes
 * - `secret-denied`: that identity lacks `permission` on the secret
 * - `secret-missing`: there is no such secret, or it has no version
 * - `secret-disabled`: its newest versions are all disabled or destroyed
 * - `payload-corrupted`: the checksum is not that of the payload
 * - `payload-malformed`: the version holds no credential that this reader knows
 * - `account-mismatch`: the credential is of another account than `account`
 * - `account-unproven`: nobody could say whose it is
 * - `expired`: the newest credential is over; the rotation has stopped
 * - `not-a-header`: a signature without a key ID cannot be sent as a header
 * - `cloud-busy`: no answer, 429 or 5xx
 */
export type ReaderReason =
  | 'misconfigured'
  | 'unauthenticated'
  | 'secret-denied'
  | 'secret-missing'
  | 'secret-disabled'
  | 'payload-corrupted'
  | 'payload-malformed'
  | 'account-mismatch'
  | 'account-unproven'
  | 'expired'
  | 'not-a-header'
  | 'cloud-busy';

/** What a reader throws. Its message holds no credential, no claim, and none of Google's free text. */
export class ReaderError extends Error {
  override readonly name = 'ReaderError';
  readonly reason: ReaderReason;
  /** The HTTP status that Google answered, where it answered. */
  readonly status?: number;
  /** The permission that is missing, as in `secretmanager.versions.access`. */
  readonly permission?: string;

  constructor(
    reason: ReaderReason,
    message: string,
    told: { readonly status?: number; readonly permission?: string } = {},
  ) {
    super(message);
    this.reason = reason;
    if (told.status !== undefined) this.status = told.status;
    if (told.permission !== undefined) this.permission = told.permission;
  }
}
