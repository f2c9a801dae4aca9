import type { Policies } from '../../shared/cloud/policies.ts';
import {
  accountName,
  bucketName,
  constraintName,
  denyName,
  entitlementName,
  memberName,
  secretName,
} from '../../shared/domain/audit/changed-resources.ts';
import type { Failure } from '../../shared/domain/basics/failure.ts';
import type { Result } from '../../shared/domain/basics/result.ts';
import { idOf, nameOf, resourceOf } from '../../shared/domain/chain/account.ts';
import { projectOfSecret } from '../../shared/domain/chain/secret.ts';
import { CROSS_PROJECT_CONSTRAINT } from '../../shared/domain/iam/cross-project-use.ts';
import { entitlementsOn, grantsOfEntitlement } from '../../shared/domain/iam/entitlement.ts';
import { LIFETIME_CONSTRAINT } from '../../shared/domain/iam/lifetime-policy.ts';
import type { Policy } from '../../shared/domain/iam/policy.ts';
import { workloadList } from '../../shared/domain/iam/runs-as/workload.ts';
import {
  bucketResource,
  type Container,
  denyPoliciesOn,
  resourceOfAccount,
} from '../../shared/domain/iam/snapshot.ts';
import { NamedEntries } from './named-entries.ts';

type Entry = {
  /** By these names an event says that the resource has changed. */
  readonly names: readonly string[];
  /** The names of the resource in the basis of a report. */
  readonly resources: readonly string[];
  /** The run that read it; 0 if nobody knows when it was read. */
  readonly run: number;
  readonly result: Promise<Result<unknown, Failure>>;
};

export type CachedPolicies = Policies & {
  /** Whether an entry has one of these names, or had it before the last `forgetAll`, or could not be read. */
  readonly touches: (names: readonly string[]) => boolean;
  /** Drops every entry with one of these names. @returns how many */
  readonly forget: (names: readonly string[]) => number;
  /**
   * Drops every entry, except policies of these secrets where a project has too many for one audit. There it drops the oldest, and none while
   * others were never read.
   */
  readonly forgetAll: (secrets: readonly string[]) => void;
  /** A new audit begins: everything in the cache is stale from now on. No event reports a change of a group, so it is dropped, the oldest first. */
  readonly begin: () => void;
  /** The names of the resources that were not read since `begin`. */
  readonly stale: () => ReadonlySet<string>;
  /** Drops the resources with these names, so that they are read again. */
  readonly forgetResources: (resources: readonly string[]) => void;
};

/** How many policies of one project's secrets each whole audit reads again. Observations of versions need most of the read quota. */
const REREAD_AT_MOST = 300;

const GROUP = 'group ';
/** How many groups each audit reads again. An audit of a change comes each minute at most, and Cloud Identity takes many more calls in a minute. */
const GROUPS_AT_MOST = 100;

const policyOf = (secret: string): string => `policy ${secret}`;

/** Policies that are read once and cached until they change. A change costs only the reads of the changed resources. Versions are not cached. */
export function cachedPolicies(policies: Policies, rereadAtMost = REREAD_AT_MOST): CachedPolicies {
  const cache = new NamedEntries<Entry>();
  /** The names of what an audit is about to read again, or could not read. */
  const unreadNames = new Set<string>();
  const changedDenyPolicies = new Set<string>();
  const knownDenyPolicies = new Set<string>();
  let run = 1;

  async function once<T>(
    key: string,
    names: readonly string[],
    resources: readonly string[],
    read: () => Promise<Result<T, Failure>>,
    more: (value: T) => Pick<Entry, 'names' | 'resources'> = () => ({ names: [], resources: [] }),
    readIn = run,
  ): Promise<Result<T, Failure>> {
    const known = cache.get(key);
    if (known) return known.result as Promise<Result<T, Failure>>;
    const reading = read();
    cache.set(key, { names, resources, run: readIn, result: reading });
    const result = await reading.catch((error) => {
      cache.delete(key);
      throw error;
    });
    // A failed read is not cached.
    if (!result.ok) {
      cache.delete(key);
      for (const name of names) unreadNames.add(name);
    } else if (cache.get(key)?.result === reading) {
      const { names: moreNames, resources: moreResources } = more(result.value);
      cache.set(key, {
        names: [...names, ...moreNames],
        resources: [...resources, ...moreResources],
        run: readIn,
        result: reading,
      });
    }
    return result;
  }

  const ofAccount = ({ email, uniqueId }: { email: string; uniqueId: string }) => [
    accountName(email),
    accountName(uniqueId),
  ];

  const resourcesOf = ({ email, uniqueId }: { email: string; uniqueId: string }) => [
    resourceOf({ email }),
    resourceOf({ uniqueId }),
  ];

  const drop = (keys: readonly string[]): void => {
    for (const key of keys) {
      cache.delete(key);
      if (key.startsWith('deny ')) changedDenyPolicies.add(key);
    }
  };
  const knownContainer = async (name: string): Promise<Container | undefined> => {
    const known = await cache.get(`container ${name}`)?.result;
    return known?.ok ? (known.value as Container) : undefined;
  };
  /** The audit log may name a project by its number. */
  async function namesOf(container: string): Promise<readonly string[]> {
    return namesOfContainer((await knownContainer(container)) ?? { name: container });
  }
  /** A container and everything above it: an effective policy comes from all of them, and changes if one of them is moved. */
  async function namesAbove(container: string): Promise<readonly string[]> {
    const names: string[] = [];
    for (let name: string | undefined = container; name && !names.includes(name); ) {
      const known: Container | undefined = await knownContainer(name);
      names.push(...namesOfContainer(known ?? { name }));
      name = known?.parent;
    }
    return names;
  }

  return {
    touches: (names) =>
      cache.keysOf(names).length > 0 || names.some((name) => unreadNames.has(name)),
    forget: (names) => {
      const keys = cache.keysOf(names);
      drop(keys);
      return keys.length;
    },
    forgetAll(secrets) {
      const kept = [...Map.groupBy(secrets, projectOfSecret).values()].flatMap((ofProject) => {
        const wanted = new Set(ofProject.map(policyOf));
        // In the order of their reads.
        const known = [...cache].filter(([key]) => wanted.has(key));
        const dropped = Math.max(0, rereadAtMost - (wanted.size - known.length));
        return known.slice(dropped);
      });
      unreadNames.clear();
      for (const { names } of cache.values()) for (const name of names) unreadNames.add(name);
      cache.clear();
      for (const [key, entry] of kept) cache.set(key, entry);
    },
    begin: () => {
      run += 1;
      drop([...cache.keys()].filter((key) => key.startsWith(GROUP)).slice(0, GROUPS_AT_MOST));
    },
    stale: () =>
      new Set([...cache.values()].flatMap((entry) => (entry.run < run ? entry.resources : []))),
    forgetResources(resources) {
      const wanted = new Set(resources);
      const isWanted = ([, entry]: [string, Entry]) =>
        entry.run < run && entry.resources.some((name) => wanted.has(name));
      drop([...cache].filter(isWanted).map(([key]) => key));
    },

    account: (account, signal) =>
      once(
        `account ${idOf(account)}`,
        [accountName(idOf(account))],
        [resourceOf(account), `projects/-/serviceAccounts/${nameOf(account)}`],
        () => policies.account(account, signal),
        (known) =>
          known === 'missing'
            ? { names: [], resources: [] }
            : { names: ofAccount(known), resources: resourcesOf(known) },
      ),
    accountPolicy: (account, signal) =>
      once(
        `policy ${account.uniqueId}`,
        ofAccount(account),
        [resourceOfAccount(account)],
        () => policies.accountPolicy(account, signal),
        ofMembers,
      ),
    userKeys: (account, signal) =>
      once(
        `keys ${account.uniqueId}`,
        ofAccount(account),
        [`${resourceOfAccount(account)}/keys`],
        () => policies.userKeys(account, signal),
      ),
    // Kept for an hour where they are read.
    accessBoundaries: policies.accessBoundaries,
    // No event says which project has a new account.
    accountsOfProject: policies.accountsOfProject,
    containersIn: policies.containersIn,
    publishedKeys: (account, signal) =>
      once(
        `published ${account.uniqueId}`,
        ofAccount(account),
        [`published keys of ${resourceOfAccount(account)}`],
        () => policies.publishedKeys(account, signal),
      ),
    container: (name, signal) =>
      once(
        `container ${name}`,
        [name],
        [name],
        () => policies.container(name, signal),
        (known) => ({ names: namesOfContainer(known), resources: [] }),
      ),
    async containerPolicy(name, signal) {
      return once(
        `policy ${name}`,
        await namesOf(name),
        [name],
        () => policies.containerPolicy(name, signal),
        ofMembers,
      );
    },
    group: (email, signal) =>
      once(`${GROUP}${email}`, [], [`group:${email}`], () => policies.group(email, signal)),
    role: (name, signal) => once(`role ${name}`, [name], [name], () => policies.role(name, signal)),
    async denyPolicies(name, signal) {
      const key = `deny ${name}`;
      const names = (await namesOf(name)).map(denyName);
      const refresh = changedDenyPolicies.delete(key);
      // Without `refresh` the answer may be an hour old, except the first one.
      const isFresh = refresh || !knownDenyPolicies.has(key);
      knownDenyPolicies.add(key);
      return once(
        key,
        names,
        [denyPoliciesOn(name)],
        () => policies.denyPolicies(name, signal, { refresh }),
        (found) => ({ names: membersNamedIn(found), resources: [] }),
        isFresh ? run : 0,
      );
    },
    secretPolicy: (secret, signal) =>
      once(
        policyOf(secret),
        [secretName(secret)],
        [secret],
        () => policies.secretPolicy(secret, signal),
        ofMembers,
      ),
    bucketProject: (bucket, signal) =>
      once(
        `bucket ${bucket}`,
        [bucketName(bucket)],
        [`the project of ${bucketResource(bucket)}`],
        () => policies.bucketProject(bucket, signal),
      ),
    bucketPolicy: (bucket, signal) =>
      once(
        `policy of bucket ${bucket}`,
        [bucketName(bucket)],
        [bucketResource(bucket)],
        () => policies.bucketPolicy(bucket, signal),
        ofMembers,
      ),
    async entitlements(container, signal) {
      return once(
        `entitlements ${container.name}`,
        (await namesOf(container.name)).map(entitlementName),
        [entitlementsOn(container.name)],
        () => policies.entitlements(container, signal),
        ofMembersIn,
      );
    },
    async activeGrants(entitlement, signal) {
      const container = entitlement.split('/').slice(0, 2).join('/');
      return once(
        `grants ${entitlement}`,
        // A grant also changes the policy of the container.
        [...(await namesOf(container)), ...(await namesOf(container)).map(entitlementName)],
        [grantsOfEntitlement(entitlement)],
        () => policies.activeGrants(entitlement, signal),
      );
    },
    // No event is sent for what starts and stops in a project. Each whole audit lists it again.
    workloads: (project, list, signal) =>
      once(`workloads ${list} ${project.name}`, [], [workloadList(project.name, list)], () =>
        policies.workloads(project, list, signal),
      ),
    async crossProjectUse(projectId, signal) {
      const above = await namesAbove(`projects/${projectId}`);
      return once(
        `cross project ${projectId}`,
        [...above, ...above.map(constraintName)],
        [`projects/${projectId}/policies/${CROSS_PROJECT_CONSTRAINT}`],
        () => policies.crossProjectUse(projectId, signal),
      );
    },
    leaveRoomFor: policies.leaveRoomFor,
    secretVersions: policies.secretVersions,
    async lifetimePolicy(projectId, signal) {
      const above = await namesAbove(`projects/${projectId}`);
      return once(
        `lifetime ${projectId}`,
        [...above, ...above.map(constraintName)],
        [`projects/${projectId}/policies/${LIFETIME_CONSTRAINT}`],
        () => policies.lifetimePolicy(projectId, signal),
      );
    },
  };
}

const namesOfContainer = ({ name, number }: Container): readonly string[] =>
  number === undefined ? [name] : [name, number];

/** The service accounts that policies name, by email and by unique ID. */
function membersNamedIn(policies: unknown): string[] {
  const text = JSON.stringify(policies);
  const emails = text.matchAll(/[:/]([^:/"?\s]+@[^:/"?\s]+\.gserviceaccount\.com)/g);
  const uniqueIds = text.matchAll(/\?uid=(\d+)/g);
  const named = [...emails, ...uniqueIds].flatMap(([, one]) => one ?? []);
  return [...new Set(named)].map(memberName);
}

const ofMembersIn = (value: unknown) => ({ names: membersNamedIn(value), resources: [] });
const ofMembers = (policy: Policy) => ofMembersIn(policy);
