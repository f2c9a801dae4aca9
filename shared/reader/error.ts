/**
 * Why there is no credential.
 *
 * - `misconfigured`: an option or a variable is wrong, and the constructor throws it; or the file of the identity that reads would
 *   send a credential elsewhere than to Google, and each read throws it
 * - `unauthenticated`: Google accepts no token of the identity that reads
 * - `secret-denied`: this identity lacks `permission` on the secret
 * - `secret-missing`: the secret does not exist, or it has no version
 * - `secret-disabled`: its newest versions are all disabled or destroyed
 * - `payload-corrupted`: the checksum does not match the payload
 * - `payload-malformed`: the version contains no credential in a format that this reader knows
 * - `account-mismatch`: the credential belongs to another account than `account`
 * - `account-unproven`: the account of the credential could not be found out
 * - `expired`: the newest credential has expired: the rotation has stopped
 * - `not-a-header`: a signature without a key ID cannot be sent as a header
 * - `wrong-host`: the credential may not go where a request goes: see the option `hosts`
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
  | 'wrong-host'
  | 'cloud-busy';

/** The only error that a reader throws. Its message contains no credential, no claim, and no free text from Google. */
export class ReaderError extends Error {
  override readonly name = 'ReaderError';
  readonly reason: ReaderReason;
  /** The HTTP status of Google's answer, if there was one. */
  readonly status?: number;
  /** The missing permission, such as `secretmanager.versions.access`. */
  readonly permission?: string;
  /** Google's own reason, such as `ACCESS_TOKEN_SCOPE_INSUFFICIENT`: then the token lacks a scope, and no role helps. */
  readonly googleReason?: string;

  constructor(
    reason: ReaderReason,
    message: string,
    details: {
      readonly status?: number;
      readonly permission?: string;
      readonly googleReason?: string;
    } = {},
  ) {
    super(message);
    this.reason = reason;
    if (details.status !== undefined) this.status = details.status;
    if (details.permission !== undefined) this.permission = details.permission;
    if (details.googleReason !== undefined) this.googleReason = details.googleReason;
  }
}
