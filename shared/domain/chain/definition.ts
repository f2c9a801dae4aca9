import { canonicalJson, sha256 } from '../basics/canonical.ts';
import type { Account } from './account.ts';
import type { Chain } from './chain.ts';

/**
 * What a chain's credential depends on: a change of it rotates at once. Its schedule and its pauses are not in it, as a credential
 * that was minted before such a change is as good as one minted after.
 */
export type Definition = Pick<
  Chain,
  'name' | 'delegates' | 'target' | 'credential' | 'secret' | 'format'
> & { readonly caller: Account };

export function definitionOf(chain: Chain, caller: Account): Definition {
  const { name, delegates, target, credential, secret, format } = chain;
  return { name, caller, delegates, target, credential, secret, format };
}

/** SHA-256 of a definition, in hex: what ledgers and mint requests name it by. */
export const digestOf = (chain: Chain, caller: Account): string =>
  sha256(canonicalJson(definitionOf(chain, caller)));
