import type { ChainFile } from '../../chain/chain.ts';
import { UPDATE_SERVICE } from '../../iam/permissions.ts';
import { containersAbove, memberOf, type Snapshot } from '../../iam/snapshot.ts';
import { isSame, liveAccount } from '../finding/expected-access.ts';
import { chainAccountAssets, ownAccountAssets, ownAccountsOf } from './account-assets.ts';
import type { Asset } from './asset.ts';
import { denyPolicyAssets } from './deny-policy-assets.ts';
import { secretAssets } from './secret-assets.ts';

/** The assets of every audit: accounts of chains and our own, secrets, our own services, and deny policies. */
export function assetsOf(file: ChainFile, snapshot: Snapshot, now: Date): Asset[] {
  const accounts = chainAccountAssets(file, snapshot, now);
  return [
    ...accounts,
    ...ownAccountAssets(file, snapshot, now),
    ...secretAssets(file, snapshot, now),
    ...serviceAssets(file, snapshot),
    ...denyPolicyAssets(accounts, snapshot),
  ];
}

/** The services of our functions. A member that deploys new code to them gets the access of the functions' accounts. */
function serviceAssets(file: ChainFile, snapshot: Snapshot): Asset[] {
  const caller = liveAccount(snapshot, file.caller);
  if (!caller) return [];
  const own = ownAccountsOf(file, snapshot)
    .filter((account) => liveAccount(snapshot, account))
    .map((account) => memberOf(snapshot, account));
  return [
    {
      is: 'services',
      name: 'our own functions',
      resource: `projects/${caller.projectId}`,
      above: containersAbove(snapshot, caller.projectId).names,
      permissions: UPDATE_SERVICE,
      accounts: [caller.email],
      chains: file.chains.map(({ name }) => name),
      expects: (member) => own.some((one) => isSame(one, member)),
    },
  ];
}
