import type { Token } from '../domain/chain/credential.ts';
import type { Format, Kind } from './version/payload.ts';

/** A credential as it was read from the secret. */
export type ReadCredential = {
  /** The number of the secret's version. */
  readonly version: number;
  readonly format: Format;
  readonly kind: Kind;
  /** `reveal()` returns it. Printed or serialized it is `[redacted]`. */
  readonly token: Token;
  readonly expiresAt: Date;
  /**
   * The source of `expiresAt`: the payload (`json`), the token itself (a JWT), Google's introspection (used when `account` is given), the
   * secret's ledger (used when `ledger` is true), or an assumption: `assumedLifetime` after the first read.
   */
  readonly expiryFrom: 'payload' | 'token' | 'introspection' | 'ledger' | 'assumption';
  /** From the payload or the token, if either contains it. */
  readonly mintedAt?: Date;
  /** When this process first read it. */
  readonly readAt: Date;
  /** The account that the `json` format names. */
  readonly target?: string;
  /** The ID of the key that signed a blob, in the formats `json` and `header`. */
  readonly keyId?: string;
  /** The signed bytes, in the format `json`. */
  readonly payload?: Buffer;
};
