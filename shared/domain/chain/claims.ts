import { nameOf } from './account.ts';
import type { Chain } from './chain.ts';

/**
 * The claims of a signed JWT: the chain's own, and ours: `iss` and `sub` are the target, `iat` is now, `exp` a lifetime later.
 *
 * A signing kind is every kind: with a free `sub` a signed JWT is a Workspace user's token, so a chain file may set it under
 * `allowTokenExchange` only.
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
