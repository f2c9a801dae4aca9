import type { Account } from '../chain/account.ts';
import type { Chain } from '../chain/chain.ts';
import { digestOf } from '../chain/definition.ts';
import { CHAIN_ANNOTATION } from '../chain/secret.ts';
import { parseLedger } from './ledger.ts';
import type { Holding } from './listed-secrets.ts';

/** What a secret's ledger says that its chain does not. */
export type Mismatch = {
  readonly is: 'other-chain' | 'unreadable' | 'definition-changed' | 'other-target' | 'alias-moved';
  /** In our words, and theirs: an annotation is anybody's who may edit the secret. */
  readonly detail: string;
};

/** Compares the ledger of a chain's secret with the chain. A secret that was never rotated has none, and matches. */
export function mismatchesOf(
  chain: Chain,
  caller: Account,
  { annotations, versionAliases }: Holding,
): Mismatch[] {
  const owner = annotations[CHAIN_ANNOTATION];
  if (owner === undefined) return [];
  if (owner !== chain.name) {
    return [{ is: 'other-chain', detail: `its ledger is of another chain, ${owner}` }];
  }
  const ledger = parseLedger(annotations);
  if (!ledger) {
    const detail = 'its ledger was edited and no longer tells: the next rotation begins a new one';
    return [{ is: 'unreadable', detail }];
  }
  const mismatches: Mismatch[] = [];
  if (ledger.digest !== digestOf(chain, caller)) {
    const detail = 'the chain was changed since, and its credential is of the old definition';
    mismatches.push({ is: 'definition-changed', detail });
  }
  const { uniqueId } = chain.target;
  if (uniqueId !== undefined && ledger.targetId !== undefined && ledger.targetId !== uniqueId) {
    const detail = `its credential is of account ${ledger.targetId}, and ${uniqueId} is pinned`;
    mismatches.push({ is: 'other-target', detail });
  }
  const { current, previous } = ledger;
  for (const [alias, version] of Object.entries({ current, previous })) {
    const stands = versionAliases[alias];
    if (version > 0 && stands !== version) {
      const where = stands === undefined ? 'is gone' : `is version ${stands}`;
      const detail = `the alias ${alias} ${where}, and the ledger says ${version}`;
      mismatches.push({ is: 'alias-moved', detail });
    }
  }
  return mismatches;
}
