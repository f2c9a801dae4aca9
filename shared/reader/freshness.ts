import type { Token } from '../domain/chain/credential.ts';
import type { Format, Kind } from './payload.ts';

/** A credential in hand. */
export type HeldCredential = {
  /** The number of the secret's version. */
  readonly version: number;
  readonly format: Format;
  readonly kind: Kind;
  /** `reveal()` gives it; whatever prints or serializes it gives `[redacted]`. */
  readonly token: Token;
  readonly expiresAt: Date;
  /**
   * Who says so: the payload (`json`), the token itself (a JWT), Google's introspection (asked where `account` is given), the secret's ledger
   * (where `ledger` asks for it), or nobody: then it is `assumedLifetime` after it was first read.
   */
  readonly expiryFrom: 'payload' | 'token' | 'introspection' | 'ledger' | 'assumption';
  /** Where the payload or the token itself tells it. */
  readonly mintedAt?: Date;
  /** When this process read it first. */
  readonly readAt: Date;
  /** The account that `json` says it is of. */
  readonly target?: string;
  /** The key that signed a blob: `json` and `header` tell it. */
  readonly keyId?: string;
  /** The bytes that were signed: `json` tells them. */
  readonly payload?: Buffer;
};

/** Clocks differ by this much. */
const SKEW_MS = 60_000;

/** Many workloads read one credential, and are to ask for the next at different times. */
const SPREAD_AT_MOST_MS = 600_000;

/** No credential is looked after more often than this where nothing tells its end. */
const CHECK_AT_LEAST_EVERY_MS = 60_000;

/**
 * The last moment at which a newer one is there as long as rotation is on time: the schedule of a chain holds `minValidity` and a minute of
 * clock skew free at the end. Where nothing tells the end, the newest version has `minValidity` left: so long after it was seen to be newest.
 */
export function dueAt(held: HeldCredential, checkedAt: Date, minValidityMs: number): number {
  const end = held.expiresAt.getTime();
  return held.expiryFrom === 'assumption'
    ? Math.min(checkedAt.getTime() + Math.max(minValidityMs, CHECK_AT_LEAST_EVERY_MS), end)
    : end - minValidityMs - SKEW_MS;
}

/** When to look for the next: at a moment before it is due that chance picks, in the last quarter of the wait. */
export function refreshAt(due: number, checkedAt: Date, random: number): number {
  const wait = Math.max(0, due - checkedAt.getTime());
  return due - random * Math.min(wait / 4, SPREAD_AT_MOST_MS);
}

/** How long to leave Google alone after `failures` looks in vain, in milliseconds. */
export const pauseAfter = (failures: number, random: number): number =>
  Math.min(60_000, 1000 * 2 ** failures) * (0.5 + random);
