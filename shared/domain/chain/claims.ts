import { nameOf } from './account.ts';
import type { Chain } from './chain.ts';

/**
 * The claims of a signed JWT: the claims of the chain, and `iss` and `sub` (the target), `iat` (now) and `exp` (one lifetime later).
 *
 * A JWT with another `sub` can be exchanged for the token of a Workspace user. So a chain file may set `sub` only with `allowTokenExchange`.
 */
export function claimsFor(
  chain: Chain & { readonly credential: { readonly kind: 'signed-jwt' } },
  now: Date,
): Record<string, unknown> {
  const { claims, lifetimeSeconds } = chain.credential;
  const iat = Math.floor(now.getTime() / 1000);
  const target = nameOf(chain.target);
  return { sub: target, ...claims, iss: target, iat, exp: iat + lifetimeSeconds };
}
