import type { Account } from '../chain/account.ts';
import type { Chain } from '../chain/chain.ts';
import { digestOf } from '../chain/definition.ts';
import { CHAIN_ANNOTATION } from '../chain/secret.ts';
import { parseLedger } from './ledger.ts';
import type { ListedSecret } from './listed-secrets.ts';

/** A contradiction between a secret's ledger and its chain. */
export type Mismatch = {
  readonly kind:
    | 'other-chain'
    | 'unreadable'
    | 'definition-changed'
    | 'other-target'
    | 'alias-moved';
  /** A sentence. It may contain text of an annotation, which anyone who may edit the secret can write. */
  readonly detail: string;
};

/** Compares the ledger of a chain's secret with the chain. A secret without a ledger has no mismatch. */
export function mismatchesOf(
  chain: Chain,
  caller: Account,
  { annotations, versionAliases }: ListedSecret,
): Mismatch[] {
  const owner = annotations[CHAIN_ANNOTATION];
  if (owner === undefined) return [];
  if (owner !== chain.name) {
    return [{ kind: 'other-chain', detail: `its ledger belongs to another chain, ${owner}` }];
  }
  const ledger = parseLedger(annotations);
  if (!ledger) {
    const detail = 'its ledger was edited and cannot be read: the next rotation starts a new one';
    return [{ kind: 'unreadable', detail }];
  }
  const mismatches: Mismatch[] = [];
  if (ledger.digest !== digestOf(chain, caller)) {
    const detail = 'the chain has changed since, and its credential follows the old definition';
    mismatches.push({ kind: 'definition-changed', detail });
  }
  const { uniqueId } = chain.target;
  if (uniqueId !== undefined && ledger.targetId !== undefined && ledger.targetId !== uniqueId) {
    const detail = `its credential belongs to account ${ledger.targetId}, but the chain pins ${uniqueId}`;
    mismatches.push({ kind: 'other-target', detail });
  }
  const { current, previous } = ledger;
  for (const [alias, version] of Object.entries({ current, previous })) {
    const actual = versionAliases[alias];
    if (version > 0 && actual !== version) {
      const where = actual === undefined ? 'is gone' : `names version ${actual}`;
      const detail = `the alias ${alias} ${where}, but the ledger names ${version}`;
      mismatches.push({ kind: 'alias-moved', detail });
    }
  }
  return mismatches;
}
