import { UPDATE_DENY_POLICY } from '../../iam/permissions.ts';
import { containersFrom, type Snapshot } from '../../iam/snapshot.ts';
import type { Asset } from './asset.ts';

/** The deny policies above accounts of chains. A member that removes one gives access back to everyone that it denied. */
export function denyPolicyAssets(accounts: readonly Asset[], snapshot: Snapshot): Asset[] {
  const containers = [...snapshot.denyPolicies].filter(([, policies]) =>
    policies.some(({ rules }) => rules.length > 0),
  );
  return containers.map(([container]) => {
    const below = accounts.filter(({ above }) => above.includes(container));
    return {
      is: 'deny-policies',
      name: `the deny policies of ${container}`,
      resource: container,
      above: containersFrom(snapshot, container).names,
      permissions: UPDATE_DENY_POLICY,
      accounts: below.flatMap((asset) => asset.accounts),
      chains: [...new Set(below.flatMap(({ chains }) => chains))],
      expects: () => false,
    };
  });
}
