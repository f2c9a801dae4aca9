import { canonicalJson, sha256 } from '../basics/canonical.ts';
import type { Account } from './account.ts';
import type { Chain } from './chain.ts';

/**
 * The parts of a chain that its credential depends on. A change of one of them rotates the chain at once. The schedule and the pauses are not
 * among them: they do not change the credential.
 */
export type Definition = Pick<
  Chain,
  'name' | 'delegates' | 'target' | 'credential' | 'secret' | 'format'
> & { readonly caller: Account };

export function definitionOf(chain: Chain, caller: Account): Definition {
  const { name, delegates, target, credential, secret, format } = chain;
  return { name, caller, delegates, target, credential, secret, format };
}

/** SHA-256 of a definition, in hex. Ledgers and mint requests name a definition by it. */
export const digestOf = (chain: Chain, caller: Account): string =>
  sha256(canonicalJson(definitionOf(chain, caller)));
