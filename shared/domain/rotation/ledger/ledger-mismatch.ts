import type { Chain } from '../../chain/chain.ts';
import { CHAIN_ANNOTATION } from '../../chain/secret.ts';
import type { Ledger } from './ledger.ts';
import type { ListedSecret } from './listed-secrets.ts';

/** A contradiction between a secret's ledger and its chain. */
export type Mismatch = {
  readonly kind:
    | 'other-chain'
    | 'unreadable'
    | 'not-believed'
    | 'definition-changed'
    | 'other-target'
    | 'alias-moved'
    | 'foreign-alias';
  /** A sentence. It may contain text of an annotation or an alias, which anyone who may edit the secret can write. */
  readonly detail: string;
};

/**
 * Compares the ledger of a chain's secret with the chain. A secret without a ledger has no mismatch.
 *
 * @param ledger of the secret; undefined if there is none or if it cannot be read
 * @param doubt why the ledger is not believed; undefined if it is
 */
export function mismatchesOf(
  chain: Chain,
  digest: string,
  { annotations, versionAliases }: ListedSecret,
  ledger: Ledger | undefined,
  doubt: string | undefined,
): Mismatch[] {
  const owner = annotations[CHAIN_ANNOTATION];
  if (owner === undefined) return [];
  if (owner !== chain.name) {
    return [{ kind: 'other-chain', detail: `its ledger belongs to another chain, ${owner}` }];
  }
  if (!ledger) {
    const detail = 'its ledger was edited and cannot be read: the next rotation starts a new one';
    return [{ kind: 'unreadable', detail }];
  }
  if (doubt !== undefined) {
    return [{ kind: 'not-believed', detail: `${doubt}: the next rotation writes a new one` }];
  }
  const mismatches: Mismatch[] = [];
  if (ledger.digest !== digest) {
    const detail = 'the chain has changed since, and its credential follows the old definition';
    mismatches.push({ kind: 'definition-changed', detail });
  }
  const { uniqueId } = chain.target;
  if (uniqueId !== undefined && ledger.targetId !== undefined && ledger.targetId !== uniqueId) {
    const detail = `its credential belongs to account ${ledger.targetId}, but the chain pins ${uniqueId}`;
    mismatches.push({ kind: 'other-target', detail });
  }
  const { current, previous, first } = ledger;
  const ours = { current, previous };
  for (const [alias, version] of Object.entries(ours)) {
    const detail = version > 0 ? movedAlias(alias, version, versionAliases) : undefined;
    if (detail !== undefined) mismatches.push({ kind: 'alias-moved', detail });
  }
  for (const [alias, version] of Object.entries(versionAliases)) {
    if (alias in ours || version < first) continue;
    const detail = `the alias ${alias} is not one of ours: it names version ${version}, which Hopmint keeps after its credential has expired`;
    mismatches.push({ kind: 'foreign-alias', detail });
  }
  return mismatches;
}

/** Says where an alias of ours leads; undefined if it names the version of the ledger. */
export function movedAlias(
  alias: string,
  version: number,
  versionAliases: ListedSecret['versionAliases'],
): string | undefined {
  const actual = versionAliases[alias];
  if (actual === version) return undefined;
  const where = actual === undefined ? 'is gone' : `names version ${actual}`;
  return `the alias ${alias} ${where}, but the ledger names ${version}`;
}
