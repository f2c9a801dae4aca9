import { unauthenticated } from '../authorization/access-errors.ts';
import type { Principal } from '../core/principal.ts';
import type { State } from '../state/state.ts';
import { findToken } from './access-tokens.ts';

/**
 * The identity of the caller.
 *
 * @param authorization the header
 * @throws {ApiError} 401
 */
export function authenticate(state: State, authorization: string | undefined): Principal {
  if (authorization === undefined) throw unauthenticated('CREDENTIALS_MISSING');
  const token = findToken(state, /^Bearer\s+(\S+)$/i.exec(authorization)?.[1] ?? '');
  switch (token) {
    case 'unknown':
      throw unauthenticated('ACCESS_TOKEN_TYPE_UNSUPPORTED');
    case 'expired':
      throw unauthenticated('ACCESS_TOKEN_EXPIRED');
    case 'account-inactive':
      throw unauthenticated('ACCOUNT_STATE_INVALID');
    default:
      return token;
  }
}
