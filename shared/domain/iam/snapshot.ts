import { lowerAscii } from '../basics/text/ascii.ts';
import type { Unread } from '../basics/unread.ts';
import { type Account, idOf } from '../chain/account.ts';
import type { BoundBoundary } from './boundary.ts';
import { everyoneIn, type Groups, groupsOf } from './groups.ts';
import type { LifetimePolicy } from './lifetime-policy.ts';
import type { Member, ServiceAccountMember } from './member.ts';
import type { ActiveGrant, DenyPolicy, Entitlement, Policy } from './policy.ts';
import type { Role } from './role.ts';
import type { Workload } from './runs-as/workload.ts';

/** A service account as IAM returns it. */
export type ServiceAccount = {
  readonly email: string;
  readonly uniqueId: string;
  readonly projectId: string;
  readonly disabled: boolean;
  /** When it was read. */
  readonly readAt: Date;
};

/** The IDs of the keys that Google publishes for an account, so that others can check its signatures. */
export type PublishedKeys = { readonly ids: readonly string[]; readonly readAt: Date };

/** A project, a folder or an organization. */
export type Container = {
  /** `projects/acme-ops`, `folders/800000000001`, `organizations/900000000001` */
  readonly name: string;
  /** `projects/700000000001`: some principals name a project by its number. */
  readonly number?: string;
  /** Absent for an organization, and for a project that is in no organization. */
  readonly parent?: string;
};

/** Everything that an audit reads, each resource once. If a map has no entry for a resource, the resource was not read. */
export type Snapshot = {
  /** By `idOf`: a pinned account may be gone while another account has its email. */
  readonly accounts: ReadonlyMap<string, ServiceAccount | 'missing'>;
  readonly containers: ReadonlyMap<string, Container>;
  /** By resource: an account, a secret or a container. */
  readonly policies: ReadonlyMap<string, Policy>;
  readonly roles: ReadonlyMap<string, Role>;
  /** By the container that they are attached to. */
  readonly denyPolicies: ReadonlyMap<string, readonly DenyPolicy[]>;
  /** The principal access boundaries that are bound to a container's principals, by the container. */
  readonly boundaries?: ReadonlyMap<string, readonly BoundBoundary[]>;
  /** The reason why the boundaries of a container were not read. Reading them needs rights that few roles have. */
  readonly unreadBoundaries?: ReadonlyMap<string, string>;
  /** The project of a bucket, by the name of the bucket. */
  readonly bucketProjects: ReadonlyMap<string, string>;
  /** The emails of the accounts of a project, a folder or an organization, by its name in a principal set. */
  readonly setAccounts: ReadonlyMap<string, readonly string[]>;
  /** The IDs of the usable user-managed keys of an account, by the account's resource. */
  readonly userKeys: ReadonlyMap<string, readonly string[]>;
  /** The IDs of the keys that Google publishes for an account, by its resource. Read only for targets that sign. */
  readonly publishedKeys: ReadonlyMap<string, PublishedKeys>;
  /** By project ID. Read only if a chain asks for an access token with a lifetime of more than an hour. */
  readonly lifetimePolicies: ReadonlyMap<string, LifetimePolicy>;
  /** The entitlements of Privileged Access Manager, by the container that they are in. */
  readonly entitlements: ReadonlyMap<string, readonly Entitlement[]>;
  /** What entitlements give now, by the name of the entitlement. Read only for entitlements that open something. */
  readonly activeGrants: ReadonlyMap<string, readonly ActiveGrant[]>;
  /** What runs in a project, by `workloadList`. */
  readonly workloads: ReadonlyMap<string, readonly Workload[]>;
  /** Whether something in another project may run as an account, by the project ID of the account. Read only if it matters. */
  readonly crossProjectUse: ReadonlyMap<string, boolean>;
  readonly groups: Groups;
  /** The reason why a group was not read, by email. IAM does not show members, and reading them needs another right. */
  readonly unreadGroups: ReadonlyMap<string, string>;
  readonly read: readonly string[];
  readonly unread: readonly Unread[];
};

export const accountIn = (
  snapshot: Pick<Snapshot, 'accounts'>,
  account: Account,
): ServiceAccount | 'missing' | undefined => snapshot.accounts.get(idOf(account));

export const resourceOfAccount = (account: ServiceAccount): string =>
  `projects/${account.projectId}/serviceAccounts/${account.email}`;

/** The deny policies attached to a container, as a resource. */
export const denyPoliciesOn = (container: string): string =>
  `policies/${encodeURIComponent(`cloudresourcemanager.googleapis.com/${container}`)}/denypolicies`;

/** The name of a bucket as a resource, which does not say its project. */
export const bucketResource = (bucket: string): string => `projects/_/buckets/${bucket}`;

type Ancestry = { readonly names: readonly string[]; readonly isComplete: boolean };

/** A project and the containers above it, upwards. `isComplete`: the last one has no parent. */
export const containersAbove = (
  snapshot: Pick<Snapshot, 'containers'>,
  projectId: string,
): Ancestry => containersFrom(snapshot, `projects/${projectId}`);

/** A container and the containers above it, upwards. */
export function containersFrom(
  snapshot: Pick<Snapshot, 'containers'>,
  container: string,
): Ancestry {
  const names: string[] = [];
  let name: string | undefined = container;
  // At Google a folder cannot be its own ancestor. A faulty world must not cause an endless loop.
  while (name !== undefined && !names.includes(name)) {
    names.push(name);
    const container: Container | undefined = snapshot.containers.get(name);
    if (!container) return { names, isComplete: false };
    name = container.parent;
  }
  return { names, isComplete: true };
}

/**
 * The account as a member: its names, and the containers above it if all were read. A pinned account that is gone has no grants: those for
 * its email belong to the account that has this email now.
 */
export function memberOf(
  snapshot: Pick<Snapshot, 'accounts' | 'containers' | 'groups'>,
  account: Account,
): Member {
  const { email, uniqueId } = account;
  const known = accountIn(snapshot, account);
  if (known === 'missing' && uniqueId !== undefined) {
    return { is: 'deleted', uid: uniqueId, ...(email !== undefined && { email }) };
  }
  if (known === undefined || known === 'missing') return { is: 'account', email, uniqueId };
  return liveMember(snapshot, known);
}

/** An existing account as a member. */
export function liveMember(
  snapshot: Pick<Snapshot, 'containers' | 'groups'>,
  account: ServiceAccount,
): ServiceAccountMember {
  const { names, isComplete } = containersAbove(snapshot, account.projectId);
  const [, ...above] = names;
  const number = snapshot.containers.get(names[0] ?? '')?.number;
  return {
    is: 'account',
    email: account.email,
    uniqueId: account.uniqueId,
    ...(isComplete && number !== undefined && { containers: new Set([number, ...above]) }),
    groups: groupsOf(snapshot.groups, `serviceAccount:${account.email}`),
  };
}

/**
 * The emails of the accounts that a member is or includes, as far as they were read. The owners and managers of a group count, because they
 * can add themselves to it.
 */
export function accountsIn(
  member: Member,
  { setAccounts, groups }: Pick<Snapshot, 'setAccounts' | 'groups'>,
): readonly string[] {
  if (member.is === 'account') return member.email === undefined ? [] : [member.email];
  if (member.is === 'group') {
    const { members, administrators } = everyoneIn(groups, member.email);
    return [...new Set([...members, ...administrators])].flatMap((text) => {
      const [, email] = /^serviceAccount:(.+)$/s.exec(text) ?? [];
      return email === undefined ? [] : [lowerAscii(email)];
    });
  }
  const isSet = member.is === 'container' && member.type === 'ServiceAccount';
  return isSet ? (setAccounts.get(member.container) ?? []) : [];
}
