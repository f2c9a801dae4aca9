import { SKEW_SECONDS } from '../basics/skew.ts';
import { nameOf } from './account.ts';
import type { Chain } from './chain.ts';

/**
 * The claims of a signed JWT: the claims of the chain, `iss` and `sub` (the target), `iat` and `exp` (one lifetime after `iat`).
 *
 * `iat` is set back by the clock skew, because a receiver refuses a JWT whose `iat` its clock has not reached. `exp` moves with it, because
 * Google's APIs refuse a JWT if `exp` is more than an hour after `iat`.
 */
export function claimsFor(
  chain: Chain & { readonly credential: { readonly kind: 'signed-jwt' } },
  mintedAt: Date,
): Record<string, unknown> {
  const { claims, lifetimeSeconds } = chain.credential;
  const iat = Math.floor(mintedAt.getTime() / 1000) - SKEW_SECONDS;
  const target = nameOf(chain.target);
  return { ...claims, iss: target, sub: target, iat, exp: iat + lifetimeSeconds };
}
