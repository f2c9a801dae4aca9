/** A token that cannot be logged by accident: printing, interpolating and JSON all give `[redacted]`. */
export class Token {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The only way out. Search for `reveal(` to see every place where a token leaves us. */
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

/** What Google answered. `keyId` is there for what an account's own key signed. */
export type Credential = {
  readonly token: Token;
  readonly mintedAt: Date;
  /** From Google's answer or the token's own `exp`, never from arithmetic; a signed blob has none of its own: signing time + 12 h. */
  readonly expiresAt: Date;
  readonly keyId?: string;
};
