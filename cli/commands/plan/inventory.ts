import pLimit from 'p-limit';
import type { Administration } from '../../../shared/cloud/administration.ts';
import type { Policies } from '../../../shared/cloud/policies.ts';
import type { Inventory, UnreadResource } from '../../../shared/domain/apply/inventory.ts';
import {
  projectOfResource,
  type WantedGrant,
  wantedOf,
} from '../../../shared/domain/apply/wanted.ts';
import type { Failure } from '../../../shared/domain/basics/failure.ts';
import type { Result } from '../../../shared/domain/basics/result.ts';
import { type Account, idOf, nameOf } from '../../../shared/domain/chain/account.ts';
import type { ChainFile } from '../../../shared/domain/chain/chain.ts';
import type { HeldSecret } from '../../../shared/domain/chain/secret.ts';
import {
  isLongLived,
  LIFETIME_CONSTRAINT,
  type LifetimePolicy,
} from '../../../shared/domain/iam/lifetime-policy.ts';
import { hasMember, type PolicyDocument } from '../../../shared/domain/iam/policy-document.ts';
import type { RoleDefinition, RoleWithEtag } from '../../../shared/domain/iam/role.ts';
import type { ServiceAccount, Snapshot } from '../../../shared/domain/iam/snapshot.ts';
import { policyReader } from '../../../shared/operations/policy-reader.ts';
import { accountsOf } from '../../../shared/operations/read-policies.ts';

/** The number of reads at the same time. IAM's quota is 6,000 reads a minute, and a read takes about 50 ms. */
const AT_ONCE = 20;

/** Reads everything that a plan of `file` is compared with, each resource once. `unread` lists what could not be read. */
export async function inventoryOf(
  file: ChainFile,
  minterRole: RoleDefinition,
  {
    policies,
    administration,
  }: {
    readonly policies: Policies;
    readonly administration: Administration;
  },
  signal: AbortSignal,
): Promise<Inventory> {
  const limit = pLimit(AT_ONCE);
  const unread: UnreadResource[] = [];
  /** Reads each name once. A name that cannot be read is in `unread`. */
  const readAll = async <K, V>(
    names: Iterable<K>,
    resourceOf: (name: K) => string,
    read: (name: K) => Promise<Result<V, Failure>>,
  ): Promise<Map<K, V>> => {
    const found = new Map<K, V>();
    await limit.map([...new Set(names)], async (name) => {
      const answer = await read(name);
      if (answer.ok) found.set(name, answer.value);
      else unread.push({ resource: resourceOf(name), failure: answer.error });
    });
    return found;
  };

  const named = new Map<string, Account>(accountsOf(file).map((a) => [idOf(a), a]));
  const accountNamed = (id: string) => named.get(id) as Account;
  const accounts: Map<string, ServiceAccount | 'missing'> = await readAll(
    named.keys(),
    (id) => `projects/-/serviceAccounts/${nameOf(accountNamed(id))}`,
    (id) => policies.account(accountNamed(id), signal),
  );
  const secrets: Map<string, HeldSecret | 'missing'> = await readAll(
    file.chains.map(({ secret }) => secret),
    (name) => name,
    (name) => administration.secrets.read(name, signal),
  );

  const { grants, roles: wantedRoles } = wantedOf(file, accounts, minterRole);
  const isThere = (resource: string) => {
    const isSecret = resource.includes('/secrets/');
    return !isSecret || (secrets.has(resource) && secrets.get(resource) !== 'missing');
  };
  const documents: Map<string, PolicyDocument> = await readAll(
    grants.map(({ resource }) => resource).filter(isThere),
    (resource) => resource,
    (resource) => administration.policies.read(resource, signal),
  );

  // Another role may already grant what is wanted, so the other roles of the members are read too.
  const others = grants.flatMap(({ resource, member, role }) =>
    (documents.get(resource)?.bindings ?? [])
      .filter((binding) => binding.role !== role && hasMember(binding, member))
      .map((binding) => binding.role),
  );
  const ours = new Set(wantedRoles.map(({ name }) => name));
  const roles: Map<string, RoleWithEtag | 'missing'> = await readAll(
    ours,
    (name) => name,
    (name) => administration.roles.read(name, signal),
  );
  await limit.map(
    [...new Set(others)].filter((name) => !ours.has(name)),
    async (name) => {
      // A role that cannot be read counts as granting nothing. Then the plan may add a grant that exists already.
      const answer = await administration.roles.read(name, signal);
      if (answer.ok) roles.set(name, answer.value);
    },
  );

  const { containers, denyPolicies, groups } = await readContainers(
    grants,
    accounts,
    policies,
    signal,
  );

  const extended = file.chains.filter(isLongLived).flatMap(({ target }) => {
    const account = accounts.get(idOf(target));
    return account && account !== 'missing' ? [account.projectId] : [];
  });
  const lifetimePolicies: Map<string, LifetimePolicy> = await readAll(
    extended,
    (project) => `projects/${project}/policies/${LIFETIME_CONSTRAINT}`,
    (project) => policies.lifetimePolicy(project, signal),
  );
  return {
    accounts,
    containers,
    denyPolicies,
    groups,
    secrets,
    roles,
    policies: documents,
    lifetimePolicies,
    unread,
  };
}

/**
 * Reads the containers above the resources and the accounts, and the deny policies of those above the resources. An operator may often not
 * read them. Then the plan has a note, and no obstacle.
 */
async function readContainers(
  grants: readonly WantedGrant[],
  accounts: ReadonlyMap<string, ServiceAccount | 'missing'>,
  policies: Policies,
  signal: AbortSignal,
): Promise<Pick<Snapshot, 'containers' | 'denyPolicies' | 'groups'>> {
  const reader = policyReader(policies, signal);
  await reader.containers(grants.map(({ resource }) => `projects/${projectOfResource(resource)}`));
  const projects = [...accounts.values()].flatMap((known) =>
    known === 'missing' ? [] : [`projects/${known.projectId}`],
  );
  await Promise.all([reader.denyPolicies(), reader.containers(projects, false)]);
  await reader.groups();
  return reader.snapshot();
}
