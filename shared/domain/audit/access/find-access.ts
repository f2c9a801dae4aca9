import { finish, type Steps } from '../../basics/steps.ts';
import { type Account, idOf, parseAccount } from '../../chain/account.ts';
import type { ChainFile } from '../../chain/chain.ts';
import { type Member, parseMember } from '../../iam/member.ts';
import { isGoogleManaged } from '../../iam/service-agent.ts';
import { accountsIn, type ServiceAccount, type Snapshot } from '../../iam/snapshot.ts';
import { intermediateAsset } from '../assets/account-assets.ts';
import { type Affected, type Asset, leadsToAccounts, unionOf } from '../assets/asset.ts';
import { assetsOf } from '../assets/assets.ts';
import { leverAssets } from '../assets/lever-assets.ts';
import { exceptedMembersOn, isSame, liveAccount } from '../finding/expected-access.ts';
import { affectsMore, grownAccounts, withAssets } from './grown-accounts.ts';
import { type Holder, holderSteps } from './holders.ts';
import { idleAccountsIn } from './idle-accounts.ts';

/**
 * An audit reads at most this many intermediate accounts, and reports how many it left out. Otherwise its time would grow with the size of
 * the organization.
 */
export const INTERMEDIATE_ACCOUNTS_MAX = 500;

/** Everyone who can open the assets of a chain file. */
export type Access = {
  readonly assets: readonly Asset[];
  /** One for each member of each binding. */
  readonly holders: readonly Holder[];
  /** The intermediate accounts that lead to disabled accounts alone, by email, each with one of those. */
  readonly idle: ReadonlyMap<string, string>;
  /** Intermediate accounts that were not read. */
  readonly unreadAccounts: readonly Account[];
  /** Principal sets whose accounts were not read, by their container. */
  readonly unreadSets: readonly string[];
};

/** An account that can get access to accounts of chains. */
type Intermediate = { readonly account: Account; readonly affected: Affected };

/**
 * Finds everyone who can open the assets, and, transitively, everyone who can open the accounts of those holders: who can become an
 * administrator is as strong as one. The search ends at a holder that can only read or write a secret.
 */
export const accessOf = (file: ChainFile, snapshot: Snapshot, now: Date): Access =>
  finish(accessSteps(file, snapshot, now));

/** The same in steps. */
export function* accessSteps(file: ChainFile, snapshot: Snapshot, now: Date): Steps<Access> {
  const fileAssets = assetsOf(file, snapshot, now);
  yield;
  let assets = [...fileAssets, ...(yield* leverAssets(fileAssets, snapshot))];
  let holders = yield* holderSteps(assets, snapshot, now);
  const declared = yield* declaredHolders(file, fileAssets, snapshot, now);
  const visited = new Set(assets.flatMap(({ account }) => account?.uniqueId ?? []));
  const known = accountsByName(snapshot);
  const unread = new Map<string, Account>();

  let intermediates = [
    ...(yield* intermediatesAmong(declared, snapshot)),
    ...(yield* intermediatesAmong(holders, snapshot)),
  ];
  for (;;) {
    const found = new Map<string, { account: ServiceAccount; affected: Set<Affected> }>();
    for (const { account: named, affected } of intermediates) {
      const account = known.get(named.email ?? named.uniqueId);
      if (account === undefined) unread.set(idOf(named), named);
      else if (account !== 'missing' && !visited.has(account.uniqueId)) {
        const entry = found.get(account.uniqueId) ?? { account, affected: new Set() };
        entry.affected.add(affected);
        found.set(account.uniqueId, entry);
      }
    }
    const newAccounts: Asset[] = [];
    for (const { account, affected } of found.values()) {
      yield;
      newAccounts.push(intermediateAsset(account, file, snapshot, unionOf([...affected]), now));
    }
    for (const uniqueId of found.keys()) visited.add(uniqueId);
    let grown: Asset[] = [];
    // When no account is new, the paths are complete.
    if (newAccounts.length === 0) {
      const changed = yield* grownAccounts(assets, [...holders, ...declared], snapshot);
      if (changed.size === 0) break;
      assets = assets.map((one) => changed.get(one) ?? one);
      holders = yield* withAssets(holders, changed);
      grown = [...changed.values()];
    }
    const byName = Map.groupBy(assets, ({ name }) => name);
    const levers = yield* leverAssets([...newAccounts, ...grown], snapshot);
    const newLevers = levers.filter((lever) => isNews(lever, byName.get(lever.name) ?? []));
    const newAssets = [...newAccounts, ...newLevers];
    assets.push(...newAssets);
    const newHolders = yield* holderSteps(newAssets, snapshot, now);
    for (const holder of newHolders) holders.push(holder);
    intermediates = yield* intermediatesAmong(newHolders, snapshot);
  }
  return {
    assets,
    holders: yield* merged(holders),
    idle: idleAccountsIn(assets, [...holders, ...declared], snapshot),
    unreadAccounts: [...unread.values()],
    unreadSets: unreadSetsIn(holders, file, snapshot),
  };
}

/** A lever of accounts of chains may also affect an intermediate account, and so other chains. */
const isNews = (lever: Asset, known: readonly Asset[]): boolean =>
  known.length === 0 || affectsMore(lever, unionOf(known));

function* intermediatesAmong(
  holders: readonly Holder[],
  snapshot: Snapshot,
): Steps<Intermediate[]> {
  // Most holders of a binding share the list of what they open.
  const known = new Map<Holder['opens'], Affected>();
  const found: Intermediate[] = [];
  for (const { principal, opens } of holders) {
    yield;
    const accounts = accountsToRead(principal, snapshot);
    if (accounts.length === 0) continue;
    const leading = () => opens.flatMap(({ asset }) => (leadsToAccounts(asset) ? [asset] : []));
    const affected = known.get(opens) ?? unionOf(leading());
    known.set(opens, affected);
    if (affected.accounts.length + affected.chains.length > 0) {
      for (const account of accounts) found.push({ account, affected });
    }
  }
  return found;
}

/** The sets of accounts among the holders and in exceptions that the snapshot does not list. */
function unreadSetsIn(
  holders: readonly Holder[],
  file: ChainFile,
  { setAccounts }: Snapshot,
): string[] {
  const members = [
    ...holders
      .filter(({ opens }) => opens.some(({ asset }) => leadsToAccounts(asset)))
      .map(({ principal }) => principal),
    ...file.exceptions.map(({ member }) => parseMember(member)),
    ...(file.publishers ?? []).map(parseMember),
  ];
  const sets = members.flatMap((member) =>
    member.is === 'container' && member.type === 'ServiceAccount' ? [member.container] : [],
  );
  return [...new Set(sets)].filter((set) => !setAccounts.has(set));
}

/**
 * The members of exceptions and the publishers, as far as a policy gives them access. They are not reported themselves, but everyone who can
 * become one of them is.
 */
function* declaredHolders(
  file: ChainFile,
  fileAssets: readonly Asset[],
  snapshot: Snapshot,
  now: Date,
): Steps<Holder[]> {
  const publishers = (file.publishers ?? []).map(parseMember);
  const caller = liveAccount(snapshot, file.caller);
  const exceptedCaller = caller ? exceptedMembersOn(file, caller, now) : [];
  const declared = fileAssets.flatMap((asset): Asset[] => {
    const members = [
      ...(asset.account ? exceptedMembersOn(file, asset.account, now) : []),
      ...(asset.is === 'chain-file' ? [...publishers, ...exceptedCaller] : []),
    ];
    const expects = (member: Member) => !members.some((one) => isSame(one, member));
    return members.length === 0 ? [] : [{ ...asset, expects }];
  });
  return yield* holderSteps(declared, snapshot, now);
}

/** The account that the member is, or the accounts that it includes. */
const accountsToRead = (principal: Member, snapshot: Snapshot): Account[] =>
  accountsIn(principal, snapshot)
    // A Kubernetes service account has the same prefix, but is not an IAM account. And a text that is not an email must not get into a URL.
    .filter((email) => parseAccount(email).ok && !isGoogleManaged(email))
    .map((email) => ({ email }));

function accountsByName(snapshot: Snapshot): Map<string, ServiceAccount | 'missing'> {
  const known = new Map(snapshot.accounts);
  for (const account of snapshot.accounts.values()) {
    if (account === 'missing') continue;
    known.set(account.email, account);
    known.set(account.uniqueId, account);
  }
  return known;
}

/** One binding may open accounts of chains and, in a later round, intermediate accounts. Its member is still one holder. */
function* merged(holders: readonly Holder[]): Steps<Holder[]> {
  const byBinding = new Map<Holder['binding'], Map<string, Holder>>();
  for (const holder of holders) {
    yield;
    const members = byBinding.get(holder.binding) ?? new Map<string, Holder>();
    byBinding.set(holder.binding, members);
    const known = members.get(holder.member);
    members.set(
      holder.member,
      known ? { ...known, opens: [...known.opens, ...holder.opens] } : holder,
    );
  }
  return [...byBinding.values()].flatMap((members) => [...members.values()]);
}
