import type { Chain } from '../../chain/chain.ts';
import { impossibilityOf } from './belief.ts';
import { evidenceOf, type NewestVersions } from './evidence.ts';
import { parseLedger } from './ledger.ts';
import { movedAlias } from './ledger-mismatch.ts';
import type { ListedSecret } from './listed-secrets.ts';

/**
 * Why a reader of `latest` or `current` may not get the credential of the chain, by the evidence that an audit uses too; undefined if it does.
 * A version that no ledger names counts at once: a rotation that is requested in vain costs less than readers without a credential.
 *
 * @param secret undefined if no secret of this name has our label
 * @param digest of the chain's current definition
 */
export function unusabilityOf(
  secret: ListedSecret | undefined,
  listed: NewestVersions,
  chain: Chain,
  digest: string,
  now: Date,
): string | undefined {
  const ledger = parseLedger(secret?.annotations);
  if (!secret || !ledger) return 'it has no ledger';
  const impossible = impossibilityOf(ledger, chain, digest, now);
  if (impossible !== undefined) return impossible;
  const versions = { ...listed, observedAt: now };
  const evidence = evidenceOf(chain, digest, ledger, versions, now, 0);
  if (evidence.isOlder) return undefined;
  const { contradiction, unusable } = evidence;
  if (contradiction !== undefined) return contradiction;
  if (unusable.length > 0) return unusable.join('; ');
  return movedAlias('current', ledger.current, secret.versionAliases);
}
