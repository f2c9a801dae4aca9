import { SKEW_SECONDS } from '../domain/basics/skew.ts';
import type { ReadCredential } from './read-credential.ts';

/** Spreads the refreshes of many workloads that read one credential. */
const SPREAD_AT_MOST_MS = 600_000;

/** A credential with an assumed expiry is not checked more often than this. */
const CHECK_AT_LEAST_EVERY_MS = 60_000;

/**
 * When a newer credential must exist if the rotation is on time. The schedule of a chain leaves `minValidity` and one minute of clock skew
 * before the expiry. The `exp` of a signed JWT is set back by that minute already. With an assumed expiry, the newest version has at least `minValidity` left from the time it was seen to be the newest.
 *
 * @returns milliseconds since 1970
 */
export function dueAt(credential: ReadCredential, checkedAt: Date, minValidityMs: number): number {
  const end = credential.expiresAt.getTime();
  return credential.expiryFrom === 'assumption'
    ? Math.min(checkedAt.getTime() + Math.max(minValidityMs, CHECK_AT_LEAST_EVERY_MS), end)
    : end - minValidityMs - (credential.kind === 'signed-jwt' ? 0 : SKEW_SECONDS * 1000);
}

/**
 * When to look for the next credential: at a random time in the last quarter of the wait, ten minutes before `due` at the earliest.
 *
 * @returns milliseconds since 1970
 */
export function refreshAt(due: number, checkedAt: Date, random: number): number {
  const wait = Math.max(0, due - checkedAt.getTime());
  return due - random * Math.min(wait / 4, SPREAD_AT_MOST_MS);
}

/** How long to wait after `failures` refreshes that found nothing newer, in milliseconds. */
export const pauseAfter = (failures: number, random: number): number =>
  Math.min(60_000, 1000 * 2 ** failures) * (0.5 + random);
