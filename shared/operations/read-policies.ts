import type { Policies } from '../cloud/policies.ts';
import {
  type Access,
  accessSteps,
  INTERMEDIATE_ACCOUNTS_MAX,
} from '../domain/audit/access/find-access.ts';
import { ownAccountsOf } from '../domain/audit/assets/account-assets.ts';
import { publishedFile } from '../domain/audit/assets/chain-file-asset.ts';
import { leverContainers } from '../domain/audit/assets/lever-assets.ts';
import { liveAccount } from '../domain/audit/finding/expected-access.ts';
import { type Account, idOf } from '../domain/chain/account.ts';
import type { ChainFile } from '../domain/chain/chain.ts';
import { projectOfSecret } from '../domain/chain/secret.ts';
import { GRANT_TITLE } from '../domain/iam/entitlement.ts';
import { isLongLived } from '../domain/iam/lifetime-policy.ts';
import { ACT_AS } from '../domain/iam/permissions.ts';
import type { Snapshot } from '../domain/iam/snapshot.ts';
import { inSteps } from './in-steps.ts';
import { policyReader } from './policy-reader.ts';

/** The caller, and every delegate and target of the chains, without repeats. */
export function accountsOf(file: ChainFile): Account[] {
  const accounts = [
    file.caller,
    ...file.chains.flatMap(({ delegates, target }) => [...delegates, target]),
  ];
  return [...new Map(accounts.map((account) => [idOf(account), account])).values()];
}

/** What else to read, given what was read so far. */
export type ReadMore = (snapshot: Snapshot) => {
  readonly accounts: readonly Account[];
  readonly containers: readonly string[];
  /** Containers whose accounts a principal set names. */
  readonly sets: readonly string[];
};
const NOTHING_MORE: ReadMore = () => ({ accounts: [], containers: [], sets: [] });

/** Everything that was read, and who has access to the chains according to it. */
export type PolicySurvey = { readonly snapshot: Snapshot; readonly access: Access };

/**
 * Reads everything that an audit of `file` needs, each resource once, even if many chains share it. Resources that cannot be read are listed
 * as unread.
 *
 * It first reads the accounts and secrets that the chains name, and everything above them. Then, in rounds, it reads the accounts that can
 * impersonate those, and the projects and organizations that own the roles, pools and deleted accounts found.
 *
 * @param also further accounts to read
 * @param more what else to read in each round, with the deny policies
 * @param accountsMax how many accounts the rounds read at most
 */
export async function readPolicies(
  file: ChainFile,
  policies: Policies,
  now: Date,
  signal: AbortSignal,
  also: readonly Account[] = [],
  more: ReadMore = NOTHING_MORE,
  accountsMax: number = INTERMEDIATE_ACCOUNTS_MAX,
): Promise<PolicySurvey> {
  const reader = policyReader(policies, signal);
  const { snapshot } = reader;
  const secrets = file.chains.map(({ secret }) => secret);
  const named = async () => {
    await reader.namedAccounts(accountsOf(file));
    await reader.accounts([...ownAccountsOf(file, snapshot()), ...also]);
  };
  const accounts = async () => {
    await Promise.all([
      named(),
      reader.containers(secrets.map((secret) => `projects/${projectOfSecret(secret)}`)),
    ]);
    const published = publishedFile(file);
    if (published) await reader.bucket(published.bucket);
    await reader.knownPolicies();
    const known = snapshot();
    await reader.publishedKeys(
      file.chains
        .filter(({ credential: { kind } }) => kind === 'signed-jwt' || kind === 'signed-blob')
        .flatMap(({ target }) => liveAccount(known, target) ?? []),
    );
    await reader.lifetimePolicies(
      file.chains
        .filter(isLongLived)
        .flatMap(({ target }) => liveAccount(known, target)?.projectId ?? []),
    );
  };
  await Promise.all([accounts(), reader.policiesOfSecrets(secrets)]);

  const wantedContainers = new Set<string>();
  for (let followedCount = 0; ; ) {
    await reader.groups();
    const known = snapshot();
    const access = await inSteps(accessSteps(file, known, now));
    // Without an answer, everyone with `actAs` may have access, and all of them would be followed.
    const shared = projectsActedIn(access).filter((project) => !reader.hasCrossProjectUse(project));
    if (shared.length > 0) {
      await reader.crossProjectUse(shared);
      continue;
    }
    const { assets, unreadAccounts, unreadSets } = access;
    const wanted = more(known);
    const sets = [...unreadSets, ...wanted.sets].filter((set) => !reader.hasSet(set));
    const fresh = [...unreadAccounts, ...wanted.accounts].filter(
      (account) => !reader.hasAccount(account),
    );
    const owners = leverContainers(assets, known).filter((name) => !reader.hasContainer(name));
    // It may have been read without its deny policies.
    const others = wanted.containers.filter((name) => !wantedContainers.has(name));
    for (const name of others) wantedContainers.add(name);
    const followed = fresh.slice(0, accountsMax - followedCount);
    if ([followed, owners, others, sets].every((list) => list.length === 0)) {
      if (fresh.length > 0) {
        const reason = `they can impersonate accounts of chains, but at most ${accountsMax} such accounts are read`;
        reader.addUnread({ resource: `${fresh.length} more accounts`, reason });
      }
      // They change no access: they say who asked for it, and who approved.
      await reader.activeGrants(entitlementsBehind(access, known));
      return { snapshot: snapshot(), access };
    }
    followedCount += followed.length;
    for (const set of sets) await reader.accountsInSet(set, accountsMax);
    await reader.accounts(followed);
    await reader.containers(owners, false);
    await reader.containers(others);
    await reader.knownPolicies();
  }
}

/** The projects of the accounts that somebody may act as: whether that is enough depends on a policy. */
const projectsActedIn = ({ holders }: Access): string[] => [
  ...new Set(
    holders.flatMap(({ opens }) =>
      opens.flatMap(({ asset, permissions }) =>
        asset.account && permissions.includes(ACT_AS) ? [asset.account.projectId] : [],
      ),
    ),
  ),
];

/** The entitlements that can have made one of the bindings that open something. */
const entitlementsBehind = ({ holders }: Access, { entitlements }: Snapshot): string[] => {
  const resources = new Set(
    holders.flatMap(({ resource, binding }) =>
      binding.condition?.title === GRANT_TITLE ? [resource] : [],
    ),
  );
  return [...resources].flatMap((resource) =>
    (entitlements.get(resource) ?? []).map(({ name }) => name),
  );
};
