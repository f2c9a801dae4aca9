import type { Snapshot } from '../../iam/snapshot.ts';
import type { Asset } from '../assets/asset.ts';
import { type Finding, fingerprintOf } from '../finding/finding.ts';
import { deleteKeys } from './fixes.ts';

/** A user-managed key gives access as the account until the key is deleted, and no policy shows who has it. */
export function keyFindings(assets: readonly Asset[], { userKeys }: Snapshot): Finding[] {
  return assets.flatMap(({ account, resource, accounts, chains }): Finding[] => {
    const keys = userKeys.get(resource) ?? [];
    if (!account || keys.length === 0) return [];
    const count = keys.length === 1 ? 'a user-managed key' : `${keys.length} user-managed keys`;
    return [
      {
        kind: 'escalation',
        severity: 'medium',
        chains,
        account: accounts[0] ?? account.email,
        fingerprint: fingerprintOf('escalation', 'keys', resource),
        evidence: {
          summary: `${account.email} has ${count}: anyone with such a key can act as this account`,
          resource,
          accounts,
          keys,
        },
        fix: deleteKeys(account.email, account.projectId, keys),
      },
    ];
  });
}
