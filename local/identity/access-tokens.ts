import { randomBytes } from 'node:crypto';
import type { Principal } from '../core/principal.ts';
import type { CredentialClock, IssuedToken } from '../state/credentials.ts';
import type { State } from '../state/state.ts';

export const CLOUD_PLATFORM = 'https://www.googleapis.com/auth/cloud-platform';

/** @returns the token, and the whole second at which it expires */
export function issueToken(
  state: State,
  principal: Principal,
  scopes: readonly string[],
  lifetimeSeconds: number,
  clock: CredentialClock,
): { accessToken: string; expireTime: Date } {
  const now = (clock === 'machine' ? state.machineTime() : state.now()).getTime();
  const expiresAt = (Math.floor(now / 1000) + lifetimeSeconds) * 1000;
  // Not from `state.random`: two local clouds with the same random numbers must not accept each other's tokens.
  const accessToken = `ya29.c.${randomBytes(96).toString('base64url')}`;
  state.tokens.set(accessToken, {
    member: principal.member,
    email: principal.email,
    ...(principal.uniqueId !== undefined && { uniqueId: principal.uniqueId }),
    ...(principal.delegation !== undefined && { delegation: principal.delegation }),
    scopes: [...scopes],
    expiresAt,
    clock,
  });
  return { accessToken, expireTime: new Date(expiresAt) };
}

/** @returns 0 or a negative number when the token has expired */
export const millisecondsLeft = (state: State, token: IssuedToken): number =>
  token.expiresAt - (token.clock === 'machine' ? state.machineTime() : state.now()).getTime();

/** A valid token, or why it is invalid. `account-inactive`: disabled or deleted. Enabling the account makes its unexpired tokens valid again. */
export function findToken(
  state: State,
  accessToken: string,
): IssuedToken | 'unknown' | 'expired' | 'account-inactive' {
  const token = state.tokens.get(accessToken);
  if (token === undefined) return 'unknown';
  if (millisecondsLeft(state, token) <= 0) return 'expired';
  const account = token.uniqueId === undefined ? undefined : state.accounts.get(token.uniqueId);
  if (account?.disabled || account?.deleted) return 'account-inactive';
  return token;
}
