import { agentCanGrant } from '../../iam/entitlement-agent.ts';
import {
  BIND_TAG,
  MOVE_FOLDER,
  MOVE_PROJECT,
  UPDATE_DENY_POLICY,
  UPDATE_ENTITLEMENT,
} from '../../iam/permissions.ts';
import { containersFrom, type Snapshot } from '../../iam/snapshot.ts';
import type { Asset } from './asset.ts';

/**
 * The deny policies above accounts of chains. A member that removes one gives access back to everyone that it denied, and so does a member that
 * changes the tags in its conditions.
 */
export function denyPolicyAssets(accounts: readonly Asset[], snapshot: Snapshot): Asset[] {
  return [...snapshot.denyPolicies].flatMap(([container, policies]): Asset[] => {
    const rules = policies.flatMap((policy) => policy.rules);
    if (rules.length === 0) return [];
    const above = assetAbove(container, accounts, snapshot);
    return [
      {
        is: 'deny-policies',
        name: `the deny policies of ${container}`,
        permissions: UPDATE_DENY_POLICY,
        ...above,
      },
      ...(rules.some(({ condition }) => condition)
        ? [
            {
              is: 'tags' as const,
              name: `the tags of ${container}`,
              permissions: BIND_TAG,
              ...above,
            },
          ]
        : []),
    ];
  });
}

/** The projects and folders above accounts of chains. A member that moves one may put it below a container of its own. */
export function containerAssets(accounts: readonly Asset[], snapshot: Snapshot): Asset[] {
  const names = new Set(accounts.flatMap(({ above }) => above));
  return [...names]
    .filter((name) => !name.startsWith('organizations/'))
    .map((name) => ({
      is: 'container',
      name,
      permissions: name.startsWith('projects/') ? MOVE_PROJECT : MOVE_FOLDER,
      ...assetAbove(name, accounts, snapshot),
    }));
}

/**
 * The entitlements of the projects, folders and organizations above accounts of chains, where the agent of Privileged Access Manager can set
 * policies. Google asks a member that changes one also for the right to set the policy.
 */
export function entitlementAssets(accounts: readonly Asset[], snapshot: Snapshot): Asset[] {
  const names = new Set(accounts.flatMap(({ above }) => above));
  return [...names]
    .filter((name) => agentCanGrant(name, snapshot) === 'yes')
    .map((name) => ({
      is: 'entitlements',
      name: `the entitlements of ${name}`,
      permissions: UPDATE_ENTITLEMENT,
      ...assetAbove(name, accounts, snapshot),
    }));
}

/** A container as an asset: it affects the accounts below it. */
function assetAbove(container: string, accounts: readonly Asset[], snapshot: Snapshot) {
  const below = accounts.filter(({ above }) => above.includes(container));
  return {
    resource: container,
    above: containersFrom(snapshot, container).names,
    accounts: below.flatMap((asset) => asset.accounts),
    chains: [...new Set(below.flatMap(({ chains }) => chains))],
    isEnoughFor: () => false,
    expects: () => false,
  };
}
