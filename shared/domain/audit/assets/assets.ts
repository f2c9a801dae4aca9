import type { ChainFile } from '../../chain/chain.ts';
import { UPDATE_SERVICE } from '../../iam/permissions.ts';
import { containersAbove, type Snapshot } from '../../iam/snapshot.ts';
import { isSame, liveAccount } from '../finding/expected-access.ts';
import { chainAccountAssets, deployersOf, ownAccountAssets } from './account-assets.ts';
import type { Asset } from './asset.ts';
import { chainFileAssets } from './chain-file-asset.ts';
import { containerAssets, denyPolicyAssets, entitlementAssets } from './container-assets.ts';
import { secretAssets } from './secret-assets.ts';

/** The assets of every audit: accounts of chains and our own, secrets, our own services, and deny policies. */
export function assetsOf(file: ChainFile, snapshot: Snapshot, now: Date): Asset[] {
  const accounts = chainAccountAssets(file, snapshot, now);
  return [
    ...accounts,
    ...ownAccountAssets(file, snapshot, now),
    ...secretAssets(file, snapshot, now),
    ...chainFileAssets(file, snapshot, now),
    ...serviceAssets(file, snapshot),
    ...denyPolicyAssets(accounts, snapshot),
    ...containerAssets(accounts, snapshot),
    ...entitlementAssets(accounts, snapshot),
  ];
}

/** The services of our functions. A member that deploys new code to them gets the access of the functions' accounts. */
function serviceAssets(file: ChainFile, snapshot: Snapshot): Asset[] {
  const caller = liveAccount(snapshot, file.caller);
  if (!caller) return [];
  const deployers = deployersOf(file, snapshot);
  return [
    {
      is: 'services',
      name: 'our own functions',
      resource: `projects/${caller.projectId}`,
      above: containersAbove(snapshot, caller.projectId).names,
      permissions: UPDATE_SERVICE,
      accounts: [caller.email],
      chains: file.chains.map(({ name }) => name),
      // New code also needs the right to act as the account of the function.
      isEnoughFor: () => false,
      expects: (member) => deployers.some((one) => isSame(one, member)),
    },
  ];
}
