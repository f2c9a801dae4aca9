import { nameOf } from './account.ts';
import type { Chain } from './chain.ts';

/**
 * The claims of a signed JWT: the claims of the chain, and `iss` and `sub` (the target), `iat` (now) and `exp` (one lifetime later).
 */
export function claimsFor(
  chain: Chain & { readonly credential: { readonly kind: 'signed-jwt' } },
  now: Date,
): Record<string, unknown> {
  const { claims, lifetimeSeconds } = chain.credential;
  const iat = Math.floor(now.getTime() / 1000);
  const target = nameOf(chain.target);
  return { ...claims, iss: target, sub: target, iat, exp: iat + lifetimeSeconds };
}
