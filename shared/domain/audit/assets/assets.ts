import { type Account, idOf, projectOf } from '../../chain/account.ts';
import type { ChainFile } from '../../chain/chain.ts';
import type { Member } from '../../iam/member.ts';
import {
  ACT_AS,
  OPEN_ACCOUNT,
  OPEN_INTERMEDIATE_ACCOUNT,
  UPDATE_DENY_POLICY,
  UPDATE_SERVICE,
} from '../../iam/permissions.ts';
import {
  containersAbove,
  containersFrom,
  memberOf,
  resourceOfAccount,
  type ServiceAccount,
  type Snapshot,
} from '../../iam/snapshot.ts';
import {
  type Expected,
  exceptedMembersOn,
  expectedMembersOf,
  isSame,
  liveAccount,
} from '../finding/expected-access.ts';
import type { Asset } from './asset.ts';

import { secretAssets } from './secret-assets.ts';

/** The accounts of the functions other than `mint`, which runs as the caller, and of what builds and triggers them. */
const OWN = ['hopmint-fanout', 'hopmint-audit', 'hopmint-build', 'hopmint-trigger'] as const;

/** Our own accounts, by the names that a deployment gives them, in the caller's project. */
export function ownAccountsOf(file: ChainFile, snapshot: Snapshot): Account[] {
  const project = liveAccount(snapshot, file.caller)?.projectId ?? projectOf(file.caller);
  return project === undefined
    ? []
    : OWN.map((name) => ({ email: `${name}@${project}.iam.gserviceaccount.com` }));
}

/** What every audit guards: the accounts of chains and our own, their secrets, our services, and the fences around them. */
export function assetsOf(file: ChainFile, snapshot: Snapshot, now: Date): Asset[] {
  const accounts = accountAssets(file, snapshot, now);
  const own = ownAccountsOf(file, snapshot).flatMap(
    (account) => liveAccount(snapshot, account) ?? [],
  );
  const everyChain = file.chains.map(({ name }) => name);
  const caller = liveAccount(snapshot, file.caller);
  const callerName = caller?.email ?? idOf(file.caller);
  const ours = own.map((account) => memberOf(snapshot, { email: account.email }));
  const services: Asset[] = caller
    ? [
        {
          is: 'services',
          name: 'our own functions',
          resource: `projects/${caller.projectId}`,
          above: containersAbove(snapshot, caller.projectId).names,
          permissions: UPDATE_SERVICE,
          accounts: [callerName],
          chains: everyChain,
          expects: (member) => ours.some((one) => isSame(one, member)),
        },
      ]
    : [];
  return [
    ...accounts,
    ...own.map((account) =>
      accountAsset('account', account, snapshot, {
        permissions: OPEN_ACCOUNT,
        accounts: [account.email],
        chains: everyChain,
        expects: expectation([], exceptedMembersOn(file, account, now), ours),
      }),
    ),
    ...secretAssets(file, snapshot, now),
    ...services,
    ...denyAssets(accounts, snapshot),
  ];
}

function accountAssets(file: ChainFile, snapshot: Snapshot, now: Date): Asset[] {
  const expected = expectedMembersOf(file, snapshot);
  const chains = chainsByAccount(file, snapshot);
  const ours = ownAccountsOf(file, snapshot).map((account) => memberOf(snapshot, account));
  return [...chains.values()].map(({ account, names }) =>
    accountAsset('account', account, snapshot, {
      permissions: OPEN_ACCOUNT,
      accounts: [account.email],
      chains: names,
      expects: expectation(
        expected.get(account.uniqueId) ?? [],
        exceptedMembersOn(file, account, now),
        speaksOfCaller(file, snapshot, account) ? ours : [],
      ),
    }),
  );
}

/** An account that nobody of the file speaks of, by which some of its accounts are reached. */
export const leadAsset = (
  account: ServiceAccount,
  file: ChainFile,
  snapshot: Snapshot,
  reached: Pick<Asset, 'accounts' | 'chains'>,
  now: Date,
): Asset =>
  accountAsset('lead', account, snapshot, {
    ...reached,
    permissions: OPEN_INTERMEDIATE_ACCOUNT,
    expects: expectation([], exceptedMembersOn(file, account, now), []),
  });

const accountAsset = (
  is: 'account' | 'lead',
  account: ServiceAccount,
  snapshot: Snapshot,
  rest: Pick<Asset, 'permissions' | 'accounts' | 'chains' | 'expects'>,
): Asset => ({
  is,
  name: account.email,
  resource: resourceOfAccount(account),
  above: containersAbove(snapshot, account.projectId).names,
  account,
  ...rest,
});

/** Our own accounts deploy what runs as the caller: for that they act as it. */
const expectation =
  (hops: readonly Expected[], excepted: readonly Member[], actors: readonly Member[]) =>
  (member: Member, permission: string): boolean =>
    hops.some((one) => one.permissions.has(permission) && isSame(one.member, member)) ||
    excepted.some((one) => isSame(one, member)) ||
    (permission === ACT_AS && actors.some((one) => isSame(one, member)));

const speaksOfCaller = (file: ChainFile, snapshot: Snapshot, account: ServiceAccount): boolean =>
  liveAccount(snapshot, file.caller)?.uniqueId === account.uniqueId;

/** Fences: whoever takes a deny policy down lets in whom it kept out. */
function denyAssets(accounts: readonly Asset[], snapshot: Snapshot): Asset[] {
  const fenced = [...snapshot.denyPolicies].filter(([, policies]) =>
    policies.some(({ rules }) => rules.length > 0),
  );
  return fenced.map(([container]) => {
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

/** Every account that chains name, as far as it is there, with the chains that it is in. */
export function chainsByAccount(
  file: ChainFile,
  snapshot: Snapshot,
): Map<string, { readonly account: ServiceAccount; readonly names: string[] }> {
  const chains = new Map<string, { account: ServiceAccount; names: string[] }>();
  for (const { name, delegates, target } of file.chains) {
    for (const named of [file.caller, ...delegates, target]) {
      const account = liveAccount(snapshot, named);
      if (!account) continue;
      const known = chains.get(account.uniqueId) ?? { account, names: [] };
      known.names.push(name);
      chains.set(account.uniqueId, known);
    }
  }
  return chains;
}
