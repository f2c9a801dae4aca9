/** A token that cannot be logged by accident: printing, interpolating and JSON all give `[redacted]`. */
export class Token {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The only way to read the token. Search for `reveal(` to find every place where a token leaves the program. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '[redacted]';
  }

  toJSON(): string {
    return '[redacted]';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[redacted]';
  }
}

/** A credential as Google returned it. `keyId` names the account's key for a signed JWT or blob. */
export type Credential = {
  readonly token: Token;
  readonly mintedAt: Date;
  /** From Google's answer or the token's own `exp`, never computed. A signed blob has no expiry: this is the time of signing + 12 h. */
  readonly expiresAt: Date;
  readonly keyId?: string;
};
