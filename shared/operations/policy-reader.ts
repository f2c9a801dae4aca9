import pLimit from 'p-limit';
import type { Policies } from '../cloud/policies.ts';
import type { Failure } from '../domain/basics/failure.ts';
import type { Result } from '../domain/basics/result.ts';
import { type Account, idOf, nameOf } from '../domain/chain/account.ts';
import { projectOfSecret } from '../domain/chain/secret.ts';
import { CROSS_PROJECT_CONSTRAINT } from '../domain/iam/cross-project-use.ts';
import { entitlementsOn, grantsOfEntitlement } from '../domain/iam/entitlement.ts';
import { LIFETIME_CONSTRAINT } from '../domain/iam/lifetime-policy.ts';
import type { Policy } from '../domain/iam/policy.ts';
import {
  WORKLOAD_LISTS,
  type WorkloadListName,
  workloadList,
} from '../domain/iam/runs-as/workload.ts';
import {
  bucketResource,
  type Container,
  denyPoliciesOn,
  resourceOfAccount,
  type ServiceAccount,
} from '../domain/iam/snapshot.ts';
import { groupReader } from './group-reader.ts';
import { setReader } from './set-reader.ts';
import { reasonOf, snapshotCollector } from './snapshot-collector.ts';

/** How many reads run at once. IAM's quota is 6,000 a minute, and a read takes about 50 ms. */
const AT_ONCE = 20;
/**
 * How many reads of one project's secrets run at once. Secret Manager's quota is a tenth of IAM's, so these reads have their own limit and
 * do not delay the others.
 */
const SECRETS_AT_ONCE = 4;

const LISTS = Object.keys(WORKLOAD_LISTS) as WorkloadListName[];

/** Reads policies, and collects them for a snapshot. It reads nothing twice. */
export function policyReader(policies: Policies, signal: AbortSignal) {
  const limit = pLimit(AT_ONCE);
  const collected = snapshotCollector();
  const { accounts, containers, record } = collected;
  const asked = new Set<string>();
  const groups = groupReader(policies, limit, signal);
  const sets = setReader(policies, collected, signal);

  /** True the first time only. */
  const once = (what: string): boolean => !asked.has(what) && asked.add(what) !== undefined;

  /** Records a policy, and reads the roles in it that were not read yet. */
  const recordPolicy = async (resource: string, result: Result<Policy, Failure>) => {
    record(resource, result, (policy) => collected.policies.set(resource, policy));
    const bound = result.ok ? result.value.bindings.map(({ role }) => role) : [];
    for (const name of bound.filter((role) => once(`role ${role}`))) {
      record(name, await policies.role(name, signal), (role) => collected.roles.set(name, role));
    }
  };

  const readAccounts = (wanted: readonly Account[]) =>
    limit.map(
      wanted.filter((account) => once(`account ${idOf(account)}`)),
      async (account) => {
        const result = await policies.account(account, signal);
        if (result.ok) accounts.set(idOf(account), result.value);
        // An existing account counts as read when its policy is read.
        if (!result.ok || result.value === 'missing') {
          record(`projects/-/serviceAccounts/${nameOf(account)}`, result, () => {});
        }
      },
    );

  /** Reads containers and everything above them, one level at a time. `withDeny`: also mark their deny policies to be read. */
  const readContainers = async (names: readonly string[], withDeny = true) => {
    let level = names;
    while (level.length > 0) {
      if (withDeny) for (const name of level) once(`wanted deny policies ${name}`);
      const fresh = level.filter((name) => once(`container ${name}`));
      await limit.map(fresh, async (name) => {
        if (name.startsWith('organizations/')) return containers.set(name, { name });
        const result = await policies.container(name, signal);
        return record(name, result, (container) => containers.set(name, container));
      });
      level = [...new Set(level)].flatMap((name) => containers.get(name)?.parent ?? []);
    }
  };

  const readAccountPolicy = (account: ServiceAccount) => {
    const resource = resourceOfAccount(account);
    return [
      async () => recordPolicy(resource, await policies.accountPolicy(account, signal)),
      async () =>
        record(`${resource}/keys`, await policies.userKeys(account, signal), (keys) =>
          collected.userKeys.set(resource, keys),
        ),
    ];
  };

  const readContainerPolicy = async (name: string) =>
    recordPolicy(name, await policies.containerPolicy(name, signal));

  /** A boundary that is bound and cannot be read leaves hops unknown. A list that cannot be read does not say whether there is one. */
  const readBoundaries = async (name: string) => {
    const found = await policies.accessBoundaries(containers.get(name)?.number ?? name, signal);
    if (found.ok) collected.boundaries.set(name, found.value);
    else collected.unreadBoundaries.set(name, reasonOf(found.error));
  };

  const readDenyPolicies = async (name: string) => {
    record(denyPoliciesOn(name), await policies.denyPolicies(name, signal), (found) =>
      collected.denyPolicies.set(name, found),
    );
  };

  const readEntitlements = async (name: string) => {
    const container = containers.get(name) ?? { name };
    const result = await policies.entitlements(container, signal);
    record(entitlementsOn(name), result, (found) => collected.entitlements.set(name, found));
    const offered = result.ok ? result.value.flatMap(({ roles }) => roles) : [];
    for (const { role } of offered.filter((one) => once(`role ${one.role}`))) {
      record(role, await policies.role(role, signal), (read) => collected.roles.set(role, read));
    }
  };

  const readWorkloads = async ({ project, list }: { project: string; list: WorkloadListName }) => {
    const name = workloadList(project, list);
    if (!once(`workloads ${name}`)) return;
    const container = containers.get(project) ?? { name: project };
    record(name, await policies.workloads(container, list, signal), (found) =>
      collected.workloads.set(name, found),
    );
  };

  /** Reads the deny policies and the entitlements of all containers that were read `withDeny`. */
  const readWantedDenyPolicies = () => {
    const wanted = [...asked].flatMap(
      (what) => /^wanted deny policies (.+)$/.exec(what)?.[1] ?? [],
    );
    const fresh = wanted.filter((name) => once(`deny policies ${name}`));
    return Promise.all([
      limit.map(fresh, readDenyPolicies),
      limit.map(fresh, readBoundaries),
      limit.map(
        wanted.filter((name) => once(`entitlements ${name}`)),
        readEntitlements,
      ),
    ]);
  };

  return {
    hasAccount: (account: Account) => asked.has(`account ${idOf(account)}`),
    hasContainer: (container: string) => asked.has(`container ${container}`),
    accounts: readAccounts,
    containers: readContainers,
    addUnread: collected.addUnread,

    /**
     * Reads accounts by unique ID first, so that an account found in this way is not read again by email. If a unique ID is gone, it reads the
     * email too: a re-created account may have it.
     */
    async namedAccounts(named: readonly Account[]) {
      await readAccounts(named.filter(({ uniqueId }) => uniqueId !== undefined));
      const byEmail = new Map(collected.liveAccounts().map((known) => [known.email, known]));
      for (const { email } of named) {
        const known = byEmail.get(email ?? '');
        if (email !== undefined && known) accounts.set(email, known);
      }
      const gone = named.filter((account) => accounts.get(idOf(account)) === 'missing');
      await readAccounts(
        [
          ...named.filter(({ uniqueId }) => uniqueId === undefined),
          ...gone.flatMap(({ email }) => (email === undefined ? [] : [{ email }])),
        ].filter(({ email }) => email !== undefined && !accounts.has(email)),
      );
    },

    /** Reads the policy of a bucket, and which project it is in. */
    async bucket(bucket: string) {
      if (!once(`bucket ${bucket}`)) return;
      const resource = bucketResource(bucket);
      await recordPolicy(resource, await policies.bucketPolicy(bucket, signal));
      const project = await policies.bucketProject(bucket, signal);
      if (!project.ok) return record(`the project of ${resource}`, project, () => {});
      const byNumber = ({ number }: Container) => number === project.value;
      const known = [...containers.values()].find(byNumber)?.name ?? project.value;
      collected.bucketProjects.set(bucket, known);
      await readContainers([known]);
    },

    hasSet: sets.has,
    accountsInSet: sets.read,
    groups: () => groups.read(collected),

    policiesOfSecrets: (secrets: readonly string[]) => {
      const fresh = secrets.filter((secret) => once(`policy ${secret}`));
      return Promise.all(
        [...Map.groupBy(fresh, projectOfSecret).values()].map((ofProject) =>
          pLimit(SECRETS_AT_ONCE).map(ofProject, async (secret) =>
            recordPolicy(secret, await policies.secretPolicy(secret, signal)),
          ),
        ),
      );
    },

    /** The keys that Google publishes for accounts. */
    publishedKeys: (owners: readonly ServiceAccount[]) =>
      limit.map(
        owners.filter((account) => once(`published keys ${resourceOfAccount(account)}`)),
        async (account) => {
          const resource = resourceOfAccount(account);
          const result = await policies.publishedKeys(account, signal);
          record(`published keys of ${resource}`, result, (keys) =>
            collected.publishedKeys.set(resource, keys),
          );
        },
      ),

    lifetimePolicies: (projects: readonly string[]) =>
      limit.map(
        projects.filter((project) => once(`lifetime ${project}`)),
        async (project) =>
          record(
            `projects/${project}/policies/${LIFETIME_CONSTRAINT}`,
            await policies.lifetimePolicy(project, signal),
            (policy) => collected.lifetimePolicies.set(project, policy),
          ),
      ),

    /** Whether something in another project may run as an account of one of these projects. */
    crossProjectUse: (projects: readonly string[]) =>
      limit.map(
        projects.filter((project) => once(`cross project ${project}`)),
        async (project) =>
          record(
            `projects/${project}/policies/${CROSS_PROJECT_CONSTRAINT}`,
            await policies.crossProjectUse(project, signal),
            (isAllowed) => collected.crossProjectUse.set(project, isAllowed),
          ),
      ),
    hasCrossProjectUse: (project: string) => asked.has(`cross project ${project}`),

    /** The requests by which entitlements give access now. */
    activeGrants: (entitlements: readonly string[]) =>
      limit.map(
        entitlements.filter((name) => once(`grants ${name}`)),
        async (name) =>
          record(grantsOfEntitlement(name), await policies.activeGrants(name, signal), (grants) =>
            collected.activeGrants.set(name, grants),
          ),
      ),

    /** Reads the policies of all known accounts and containers, and of everything above them; and what runs in the projects of the accounts. */
    async knownPolicies() {
      const live = collected.liveAccounts();
      const projects = [...new Set(live.map(({ projectId }) => `projects/${projectId}`))];
      await readContainers(projects);
      const seen = [...asked].flatMap((what) => /^container (.+)$/.exec(what)?.[1] ?? []);
      const reads = [
        ...live
          .filter((account) => once(`policy ${resourceOfAccount(account)}`))
          .flatMap(readAccountPolicy),
        ...seen
          .filter((name) => once(`policy ${name}`))
          .map((name) => () => readContainerPolicy(name)),
      ];
      await Promise.all([
        limit.map(reads, (one) => one()),
        readWantedDenyPolicies(),
        limit.map(
          projects.flatMap((project) => LISTS.map((list) => ({ project, list }))),
          readWorkloads,
        ),
      ]);
    },

    denyPolicies: readWantedDenyPolicies,

    snapshot: collected.snapshot,
  };
}
