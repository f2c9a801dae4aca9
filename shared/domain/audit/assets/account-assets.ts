import { type Account, projectOf } from '../../chain/account.ts';
import type { ChainFile } from '../../chain/chain.ts';
import { KIND_PERMISSION } from '../../chain/hop.ts';
import { type Member, parseMember } from '../../iam/member.ts';
import { ACT_AS, OPEN_ACCOUNT, OPEN_INTERMEDIATE_ACCOUNT } from '../../iam/permissions.ts';
import {
  containersAbove,
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
import type { Affected, Asset } from './asset.ts';
import { actAsRoutes } from './asset-routes.ts';

/** It deploys the functions, so it may act as their accounts and update their services. */
const DEPLOYER = 'hopmint-deploy';
/** Pub/Sub signs each push as this account, for which its agent needs this permission. */
const TRIGGER = 'hopmint-trigger';
const SIGN_PUSH = KIND_PERMISSION['id-token'];
/** The accounts of the functions and of what builds, deploys and triggers them. `mint` is not here: it runs as the caller. */
const OWN = ['hopmint-fanout', 'hopmint-audit', 'hopmint-build', DEPLOYER, TRIGGER];

/** Our own accounts, in the caller's project, with the names that a deployment gives them. */
export function ownAccountsOf(file: ChainFile, snapshot: Snapshot): Account[] {
  const project = liveAccount(snapshot, file.caller)?.projectId ?? projectOf(file.caller);
  return project === undefined
    ? []
    : OWN.map((name) => ({ email: `${name}@${project}.iam.gserviceaccount.com` }));
}

/** The account that deploys our functions, as a member, if it exists. */
export const deployersOf = (file: ChainFile, snapshot: Snapshot): Member[] =>
  ownAccountsOf(file, snapshot)
    .filter((own) => own.email?.startsWith(`${DEPLOYER}@`) && liveAccount(snapshot, own))
    .map((own) => memberOf(snapshot, own));

/** The accounts that chains name. */
export function chainAccountAssets(file: ChainFile, snapshot: Snapshot, now: Date): Asset[] {
  const expected = expectedMembersOf(file, snapshot);
  const caller = liveAccount(snapshot, file.caller);
  const deployers = deployersOf(file, snapshot);
  return [...chainsByAccount(file, snapshot).values()].map(({ account, names }) =>
    accountAsset('account', account, snapshot, {
      permissions: OPEN_ACCOUNT,
      accounts: [account.email],
      chains: names,
      expects: expectation(
        expected.get(account.uniqueId) ?? [],
        exceptedMembersOn(file, account, now),
        // `mint` runs as the caller.
        account.uniqueId === caller?.uniqueId ? deployers : [],
      ),
    }),
  );
}

/** Our own accounts, if they exist. */
export function ownAccountAssets(file: ChainFile, snapshot: Snapshot, now: Date): Asset[] {
  const accounts = ownAccountsOf(file, snapshot).flatMap(
    (account) => liveAccount(snapshot, account) ?? [],
  );
  const deployers = deployersOf(file, snapshot);
  return accounts.map((account) =>
    accountAsset('account', account, snapshot, {
      permissions: OPEN_ACCOUNT,
      accounts: [account.email],
      chains: file.chains.map(({ name }) => name),
      expects: expectation(
        pushersOf(account, snapshot),
        exceptedMembersOn(file, account, now),
        deployers,
      ),
    }),
  );
}

/** Pub/Sub's agent of the project, on the account that it signs pushes as. @see https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions */
function pushersOf({ email, projectId }: ServiceAccount, snapshot: Snapshot): Expected[] {
  const number = snapshot.containers.get(`projects/${projectId}`)?.number;
  if (number === undefined || !email.startsWith(`${TRIGGER}@`)) return [];
  const agent = `service-${number.replace('projects/', '')}@gcp-sa-pubsub.iam.gserviceaccount.com`;
  return [{ member: parseMember(`serviceAccount:${agent}`), permissions: new Set([SIGN_PUSH]) }];
}

/** An account that no chain names, but that can get access to accounts of chains. */
export const intermediateAsset = (
  account: ServiceAccount,
  file: ChainFile,
  snapshot: Snapshot,
  { accounts, chains }: Affected,
  now: Date,
): Asset =>
  accountAsset('intermediate', account, snapshot, {
    accounts,
    chains,
    permissions: OPEN_INTERMEDIATE_ACCOUNT,
    expects: expectation([], exceptedMembersOn(file, account, now), []),
  });

const accountAsset = (
  is: 'account' | 'intermediate',
  account: ServiceAccount,
  snapshot: Snapshot,
  rest: Pick<Asset, 'permissions' | 'accounts' | 'chains' | 'expects'>,
): Asset => ({
  is,
  name: account.email,
  resource: resourceOfAccount(account),
  above: containersAbove(snapshot, account.projectId).names,
  account,
  routes: actAsRoutes(account, snapshot, is === 'intermediate'),
  ...rest,
});

/** @param actors members that may act as the account */
const expectation =
  (hops: readonly Expected[], excepted: readonly Member[], actors: readonly Member[]) =>
  (member: Member, permission: string): boolean =>
    hops.some((hop) => hop.permissions.has(permission) && isSame(hop.member, member)) ||
    excepted.some((one) => isSame(one, member)) ||
    (permission === ACT_AS && actors.some((one) => isSame(one, member)));

/** Every existing account that chains name, by unique ID, with the names of its chains. */
function chainsByAccount(
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
