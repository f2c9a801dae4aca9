import type { Account } from '../chain/account.ts';
import type { Chain, ChainFile } from '../chain/chain.ts';
import { projectOfSecret, versionsOf } from '../chain/secret.ts';
import { CROSS_PROJECT_CONSTRAINT } from '../iam/cross-project-use.ts';
import { entitlementsOn, GRANT_TITLE } from '../iam/entitlement.ts';
import { groupsIn } from '../iam/groups.ts';
import { parseMember } from '../iam/member.ts';
import { WORKLOAD_LISTS, type WorkloadListName, workloadList } from '../iam/runs-as/workload.ts';
import {
  accountsIn,
  containersAbove,
  denyPoliciesOn,
  resourceOfAccount,
  type Snapshot,
} from '../iam/snapshot.ts';
import { secretListOf } from '../rotation/ledger/listed-secrets.ts';
import type { Access } from './access/find-access.ts';
import type { Holder } from './access/holders.ts';
import type { Asset } from './assets/asset.ts';
import { liveAccount } from './finding/expected-access.ts';

/** Accounts of principal sets. Which containers are in a set is found only while it is read. */
export const SETS = 'the accounts of sets';
/** An audit reads only so many accounts that no chain names. */
export const MORE_ACCOUNTS = 'more accounts';

/** A finding that rests on more than so many names counts as one that rests on everything, so that a large installation has a small basis. */
const NAMES_MAX = 200;
export const EVERYTHING: Names = ['*'];

export type Names = readonly string[];
/** The names without repeats, if they are few enough. */
export function bounded(names: Iterable<string>): Names {
  const found = new Set<string>();
  for (const name of names) {
    found.add(name);
    if (found.size > NAMES_MAX || name === EVERYTHING[0]) return EVERYTHING;
  }
  return [...found];
}

/** The names of what was read, as `coverage` has them. */
export type BasisNames = {
  /** An account and its own policy. */
  readonly ofAccount: (account: Account) => Names;
  /** The accounts of chains, and their own policies. */
  readonly ofAccounts: (chains: Names) => Names;
  /** The same, everything above them, and the roles in all these policies. */
  readonly ofHops: (chains: Names) => Names;
  /** A chain's secret, its versions, and what decides whether its credential is usable. */
  readonly ofSecret: (secret: string) => Names;
  /** The policies that decide who can read a secret, and the roles in them. */
  readonly ofReaders: (secret: string) => Names;
  /** Holders by their bindings on a resource, what they open, and what leads to that. */
  readonly ofHolders: (resource: string, isMeant: (holder: Holder) => boolean) => Names;
  /** The keys of an account, and what leads to it. */
  readonly ofKeys: (resource: string) => Names;
  /** A group, the groups in it, and what it opens. */
  readonly ofGroup: (member: string) => Names;
};

export function basisNames(file: ChainFile, access: Access, snapshot: Snapshot): BasisNames {
  const { holders, assets } = access;
  const byResource = Map.groupBy(holders, ({ resource }) => resource);
  const leadingTo = leadingIn(access, snapshot);
  const chainsByName = new Map(file.chains.map((chain) => [chain.name, chain]));
  const chainsBySecret = new Map(file.chains.map((chain) => [chain.secret, chain]));
  const accountsOf = ({ delegates, target }: Chain) => [file.caller, ...delegates, target];
  const inChains = (chains: Names, namesOf: (account: Account) => Names): Names =>
    bounded(namesInChains(chains, namesOf));
  function* namesInChains(chains: Names, namesOf: (account: Account) => Names) {
    for (const name of chains) {
      const chain = chainsByName.get(name);
      for (const account of chain ? accountsOf(chain) : []) yield* namesOf(account);
    }
  }
  const rolesOn = (resource: string) =>
    (snapshot.policies.get(resource)?.bindings ?? []).map(({ role }) => role);
  const ofAccount = (account: Account) => namesOfAccount(account, snapshot);
  return {
    ofAccount,
    ofAccounts: (chains) => inChains(chains, ofAccount),
    ofHops: (chains) => {
      const names = inChains(chains, (account) => [
        ...ofAccount(account),
        ...namesAbove(liveAccount(snapshot, account)?.projectId, snapshot),
      ]);
      return bounded([...names, ...names.flatMap(rolesOn)]);
    },
    ofSecret(secret) {
      const target = chainsBySecret.get(secret)?.target;
      const live = target && liveAccount(snapshot, target);
      return [
        secret,
        versionsOf(secret),
        secretListOf(projectOfSecret(secret)),
        ...(target ? ofAccount(target) : []),
        ...(live ? [`published keys of ${resourceOfAccount(live)}`] : []),
      ];
    },
    ofReaders(secret) {
      const names = [secret, ...namesAbove(projectOfSecret(secret), snapshot)];
      return bounded([...names, ...names.flatMap(rolesOn)]);
    },
    ofHolders: (resource, isMeant) => leadingTo((byResource.get(resource) ?? []).filter(isMeant)),
    ofKeys: (resource) => {
      const owners = assets.filter((asset) => asset.account && asset.resource === resource);
      return [`${resource}/keys`, ...leadingTo([], owners)];
    },
    ofGroup(member) {
      const group = parseMember(member);
      if (group.is !== 'group') return [];
      const isThis = ({ principal }: Holder) =>
        principal.is === 'group' && principal.email === group.email;
      return [...namesOfGroup(group.email, snapshot), ...leadingTo(holders.filter(isThis))];
    },
  };
}

function namesOfAccount(account: Account, snapshot: Snapshot): Names {
  const { email, uniqueId } = account;
  const live = liveAccount(snapshot, account);
  const named = [email, uniqueId, live?.email, live?.uniqueId].flatMap((name) => name ?? []);
  return [
    ...named.map((name) => `projects/-/serviceAccounts/${name}`),
    ...(live ? [resourceOfAccount(live)] : []),
  ];
}

/** The lists that show what runs in a project. */
export const listsOf = (project: string): Names =>
  (Object.keys(WORKLOAD_LISTS) as WorkloadListName[]).map((list) => workloadList(project, list));

const namesAbove = (projectId: string | undefined, snapshot: Snapshot): Names =>
  projectId === undefined
    ? []
    : containersAbove(snapshot, projectId).names.flatMap((name) => [name, denyPoliciesOn(name)]);

const namesOfGroup = (email: string, { groups }: Snapshot): Names =>
  [...groupsIn(groups, email)].map((one) => `group:${one}`);

/** Everything that leads to holders and assets: from each holder to what it opens, and from each account to the holders that can become it. */
function leadingIn({ assets, holders }: Access, snapshot: Snapshot) {
  const becoming = new Map<string, Holder[]>();
  for (const holder of holders) {
    for (const email of accountsIn(holder.principal, snapshot)) {
      const known = becoming.get(email) ?? [];
      known.push(holder);
      becoming.set(email, known);
    }
  }
  const sourcesOf = sourcesIn(assets);

  return (first: readonly Holder[], firstAssets: readonly Asset[] = []): Names => {
    const names = new Set<string>();
    const seenAssets = new Set<Asset>();
    const seen = new Set<Holder>();
    const toVisit = [...first];
    /** A route needs permissions in the project, and perhaps something that runs there. */
    const addRoutes = ({ above, account, resource }: Asset) => {
      for (const name of above) names.add(name).add(denyPoliciesOn(name)).add(entitlementsOn(name));
      const [project] = account ? above : [resource];
      if (project !== undefined) for (const name of listsOf(project)) names.add(name);
      if (account) names.add(`${project}/policies/${CROSS_PROJECT_CONSTRAINT}`);
    };
    const addAsset = (asset: Asset, from: string) => {
      const index = asset.above.indexOf(from);
      names.add(asset.resource);
      for (const name of asset.above.slice(0, index + 1)) names.add(name);
      if (seenAssets.has(asset)) return;
      seenAssets.add(asset);
      if (asset.account)
        for (const name of namesOfAccount(asset.account, snapshot)) names.add(name);
      if (asset.is === 'chain-file') names.add(`the project of ${asset.resource}`);
      if (asset.is === 'deny-policies' || asset.is === 'tags') {
        names.add(denyPoliciesOn(asset.resource));
      }
      if (asset.is === 'intermediate') {
        names.add(MORE_ACCOUNTS);
        toVisit.push(...(becoming.get(asset.account?.email ?? '') ?? []));
      }
      for (const source of sourcesOf(asset)) {
        if (names.size > NAMES_MAX) return;
        for (const name of [...source.above, ...source.above.map(denyPoliciesOn)]) names.add(name);
        addAsset(source, source.resource);
      }
    };
    for (const asset of firstAssets) addAsset(asset, asset.resource);
    for (let holder = toVisit.pop(); holder; holder = toVisit.pop()) {
      if (names.size > NAMES_MAX) return EVERYTHING;
      if (seen.has(holder)) continue;
      seen.add(holder);
      names.add(holder.resource).add(holder.binding.role);
      const { entitlement, condition } = holder.binding;
      if (entitlement || condition?.title === GRANT_TITLE) {
        names.add(entitlementsOn(holder.resource));
      }
      const { principal } = holder;
      if (principal.is === 'group') {
        for (const name of namesOfGroup(principal.email, snapshot)) names.add(name);
      }
      if (principal.is === 'container') names.add(SETS);
      for (const { asset, routes } of holder.opens) {
        if (routes) addRoutes(asset);
        addAsset(asset, holder.resource);
      }
    }
    return [...names];
  };
}

/** The accounts, secrets and files because of which a role, a pool or a container is an asset: it is none without them. */
function sourcesIn(assets: readonly Asset[]): (asset: Asset) => readonly Asset[] {
  const isSource = ({ is, account }: Asset) => account || is === 'secret' || is === 'chain-file';
  const sources = assets.filter(isSource);
  const known = new Map<Asset, readonly Asset[]>();
  const derive = (asset: Asset): readonly Asset[] => {
    if (isSource(asset)) return [];
    const [accounts, chains] = [new Set(asset.accounts), new Set(asset.chains)];
    return sources.filter(({ account, accounts: own, chains: of }) =>
      account ? own.some((name) => accounts.has(name)) : of.some((name) => chains.has(name)),
    );
  };
  return (asset) => {
    const found = known.get(asset) ?? derive(asset);
    known.set(asset, found);
    return found;
  };
}
