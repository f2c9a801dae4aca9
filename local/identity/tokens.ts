import { randomBytes } from 'node:crypto';
import { unauthenticated } from '../authorization/authorize.ts';
import type { Principal } from '../core/action.ts';
import type { IssuedToken, State } from '../state/state.ts';

export const CLOUD_PLATFORM = 'https://www.googleapis.com/auth/cloud-platform';

/**
 * An access token for a principal.
 *
 * @param clock `wall` for what a process on this machine is given as its identity, `local` for what is minted
 * @returns the whole second at which it expires
 */
export function issueToken(
  state: State,
  principal: Principal,
  scopes: readonly string[],
  lifetimeSeconds: number,
  clock: 'wall' | 'local',
): { accessToken: string; expireTime: Date } {
  const wall = clock === 'wall';
  const now = (wall ? state.wall() : state.now()).getTime();
  const expiresAt = (Math.floor(now / 1000) + lifetimeSeconds) * 1000;
  // Not of `state.random`: two worlds with one seed must not know each other's tokens.
  const accessToken = `ya29.c.${randomBytes(96).toString('base64url')}`;
  state.tokens.set(accessToken, {
    member: principal.member,
    email: principal.email,
    ...(principal.uniqueId !== undefined && { uniqueId: principal.uniqueId }),
    scopes: [...scopes],
    expiresAt,
    wall,
  });
  return { accessToken, expireTime: new Date(expiresAt) };
}

/** Milliseconds a token has left; none or fewer when it has expired. */
export const millisecondsLeft = (state: State, token: IssuedToken): number =>
  token.expiresAt - (token.wall ? state.wall() : state.now()).getTime();

/** A token that is good now: unexpired, of a live account. Re-enabling an account revives its unexpired tokens. */
export function findToken(
  state: State,
  accessToken: string,
): IssuedToken | 'unknown' | 'expired' | 'account-off' {
  const token = state.tokens.get(accessToken);
  if (token === undefined) return 'unknown';
  if (millisecondsLeft(state, token) <= 0) return 'expired';
  const account = token.uniqueId === undefined ? undefined : state.accounts.get(token.uniqueId);
  if (account?.disabled || account?.deleted) return 'account-off';
  return token;
}

/**
 * Who calls.
 *
 * @param authorization the header
 * @throws {Status} 401
 */
export function authenticate(state: State, authorization: string | undefined): Principal {
  if (authorization === undefined) throw unauthenticated('CREDENTIALS_MISSING');
  const token = findToken(state, /^Bearer\s+(\S+)$/i.exec(authorization)?.[1] ?? '');
  switch (token) {
    case 'unknown':
      throw unauthenticated('ACCESS_TOKEN_TYPE_UNSUPPORTED');
    case 'expired':
      throw unauthenticated('ACCESS_TOKEN_EXPIRED');
    case 'account-off':
      throw unauthenticated('ACCOUNT_STATE_INVALID');
    default:
      return token;
  }
}
