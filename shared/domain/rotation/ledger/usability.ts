import type { Chain } from '../../chain/chain.ts';
import { contradictionOf, impossibilityOf } from './belief.ts';
import { parseLedger } from './ledger.ts';
import { SETTLED_AFTER_SECONDS, type Version, versionIn } from './version.ts';

/** What Secret Manager says about the secret of a chain. */
export type ObservedSecret = {
  readonly annotations: Readonly<Record<string, string>>;
  readonly versionAliases: Readonly<Record<string, number>>;
  /** The versions that are enabled or disabled. */
  readonly versions: readonly Version[];
  /** The number of the newest version in any state, which `latest` names; 0 if there is none. */
  readonly newest: number;
};

/**
 * Why a reader of `latest` or `current` may not get the credential of the chain; undefined if it does.
 *
 * @param digest of the chain's current definition
 */
export function unusabilityOf(
  { annotations, versionAliases, versions, newest }: ObservedSecret,
  chain: Chain,
  digest: string,
  now: Date,
): string | undefined {
  const ledger = parseLedger(annotations);
  if (!ledger) return 'it has no ledger';
  // The list of versions lags behind a rotation that is so young.
  if (newest < ledger.current && Math.abs(+now - +ledger.mintedAt) < SETTLED_AFTER_SECONDS * 1000) {
    return undefined;
  }
  const current = versionIn(ledger.current, versions, newest);
  const doubt =
    impossibilityOf(ledger, chain, digest, now) ?? contradictionOf(ledger, current, chain, digest);
  if (doubt) return doubt;
  if (current === 'destroyed') return `its current version ${ledger.current} is destroyed`;
  if (current === 'never' || current.state !== 'ENABLED')
    return `its current version ${ledger.current} is disabled`;
  if (newest !== ledger.current) {
    return `its newest version is ${newest}, but the current version is ${ledger.current}`;
  }
  const alias = versionAliases.current;
  if (alias !== ledger.current) {
    const where = alias === undefined ? 'is gone' : `names version ${alias}`;
    return `its alias current ${where}, but the current version is ${ledger.current}`;
  }
  return undefined;
}
