import type { Unread } from '../../../shared/domain/basics/unread.ts';
import type { Hop } from '../../../shared/domain/chain/hop.ts';
import { evaluateHop, type HopState } from '../../../shared/domain/iam/evaluate-hop.ts';
import type { GroupMembers } from '../../../shared/domain/iam/groups.ts';
import type { LifetimePolicy } from '../../../shared/domain/iam/lifetime-policy.ts';
import type {
  ActiveGrant,
  Binding,
  DenyRule,
  Entitlement,
} from '../../../shared/domain/iam/policy.ts';
import type { Role } from '../../../shared/domain/iam/role.ts';
import {
  WORKLOAD_LISTS,
  type Workload,
  workloadListOf,
} from '../../../shared/domain/iam/runs-as/workload.ts';
import type {
  Container,
  PublishedKeys,
  ServiceAccount,
  Snapshot,
} from '../../../shared/domain/iam/snapshot.ts';

export const RELAY = 'relay@acme-ops.iam.gserviceaccount.com';
export const READER = 'reader@acme-data.iam.gserviceaccount.com';
export const MINTER = 'minter@acme-ops.iam.gserviceaccount.com';
export const READER_POLICY = `projects/acme-data/serviceAccounts/${READER}`;
export const now = new Date('2026-11-22T12:00:00Z');
export const CREATOR = 'roles/iam.serviceAccountTokenCreator';

const P = (name: string) => `iam.serviceAccounts.${name}`;
const FIVE = [
  P('getAccessToken'),
  P('getOpenIdToken'),
  P('signJwt'),
  P('signBlob'),
  P('implicitDelegation'),
];
export const role = (name: string, permissions: string[]): Role => ({
  name,
  state: 'live',
  permissions: new Set(permissions),
});

/** relay → reader, an access token: the tables evaluate this hop. */
export const HOP: Hop = {
  from: { email: RELAY },
  to: { email: READER },
  permission: P('getAccessToken'),
};

export type Parts = {
  readonly accounts?: Readonly<Record<string, ServiceAccount | 'missing'>>;
  readonly containers?: readonly Container[];
  /** By resource. A resource that is not named has a policy without bindings. */
  readonly bindings?: Readonly<Record<string, readonly Binding[]>>;
  readonly unreadPolicies?: readonly string[];
  readonly roles?: readonly Role[];
  readonly deny?: Readonly<Record<string, readonly DenyRule[]>>;
  readonly unreadDeny?: readonly string[];
  readonly unread?: readonly Unread[];
  readonly bucketProjects?: Readonly<Record<string, string>>;
  readonly setAccounts?: Readonly<Record<string, readonly string[]>>;
  readonly groups?: Readonly<Record<string, GroupMembers>>;
  readonly unreadGroups?: Readonly<Record<string, string>>;
  readonly userKeys?: Readonly<Record<string, readonly string[]>>;
  readonly publishedKeys?: Readonly<Record<string, PublishedKeys>>;
  readonly lifetimePolicies?: Readonly<Record<string, LifetimePolicy>>;
  readonly entitlements?: readonly Entitlement[];
  /** By the name of the entitlement. */
  readonly activeGrants?: Readonly<Record<string, readonly ActiveGrant[]>>;
  readonly workloads?: readonly Workload[];
  /** By project ID. A project that is not named refuses it, as by default. */
  readonly crossProjectUse?: Readonly<Record<string, boolean>>;
  /** As `projects/acme-data/instances`. */
  readonly unreadWorkloads?: readonly string[];
};

export const account = (email: string, uniqueId: string, disabled = false): ServiceAccount => ({
  email,
  uniqueId,
  projectId: /@([^.]+)\./.exec(email)?.[1] ?? '',
  disabled,
  readAt: new Date('2026-11-22T12:00:00Z'),
});

export const CONTAINERS: readonly Container[] = [
  { name: 'projects/acme-ops', number: 'projects/700000000001', parent: 'folders/81' },
  { name: 'projects/acme-data', number: 'projects/700000000002', parent: 'folders/82' },
  { name: 'folders/81', parent: 'organizations/91' },
  { name: 'folders/82', parent: 'organizations/91' },
  { name: 'organizations/91' },
];

/** minter and relay in acme-ops, reader in acme-data; each project in its own folder, the folders in one organization. */
export function snapshot(parts: Parts = {}): Snapshot {
  const accounts: Readonly<Record<string, ServiceAccount | 'missing'>> = {
    [MINTER]: account(MINTER, '100000000000000000001'),
    [RELAY]: account(RELAY, '100000000000000000002'),
    [READER]: account(READER, '100000000000000000003'),
    ...parts.accounts,
  };
  const containers = parts.containers ?? CONTAINERS;
  const resources = [
    ...Object.values(accounts).flatMap((a) =>
      a === 'missing' ? [] : [`projects/${a.projectId}/serviceAccounts/${a.email}`],
    ),
    ...containers.map(({ name }) => name),
    ...Object.keys(parts.bindings ?? {}).filter((name) => /\/(?:secrets|buckets)\//.test(name)),
  ];
  return {
    accounts: new Map(Object.entries(accounts)),
    containers: new Map(containers.map((container) => [container.name, container])),
    policies: new Map(
      resources
        .filter((resource) => !parts.unreadPolicies?.includes(resource))
        .map((resource) => [resource, { bindings: parts.bindings?.[resource] ?? [] }]),
    ),
    roles: new Map(
      [
        role(CREATOR, FIVE),
        role('roles/iam.serviceAccountOpenIdTokenCreator', [P('getOpenIdToken')]),
        role('roles/iam.workloadIdentityUser', [P('getAccessToken'), P('getOpenIdToken')]),
        role('roles/owner', [
          P('actAs'),
          P('setIamPolicy'),
          'iam.serviceAccountKeys.create',
          'resourcemanager.projects.setIamPolicy',
          'secretmanager.versions.access',
          'secretmanager.versions.add',
        ]),
        role('roles/editor', [
          P('actAs'),
          'iam.serviceAccountKeys.create',
          'run.services.update',
          'secretmanager.versions.add',
        ]),
        role('roles/iam.serviceAccountUser', [P('actAs')]),
        role('roles/iam.serviceAccountAdmin', [P('setIamPolicy')]),
        role('roles/iam.serviceAccountKeyAdmin', ['iam.serviceAccountKeys.create']),
        role('roles/iam.roleAdmin', ['iam.roles.update', 'iam.roles.undelete']),
        role('roles/iam.denyAdmin', ['iam.denypolicies.update', 'iam.denypolicies.delete']),
        role('roles/iam.workloadIdentityPoolAdmin', [
          'iam.workloadIdentityPoolProviders.update',
          'iam.workloadIdentityPools.update',
        ]),
        role('roles/run.developer', ['run.services.update']),
        role('roles/resourcemanager.folderAdmin', ['resourcemanager.folders.setIamPolicy']),
        role('roles/resourcemanager.organizationAdmin', [
          'resourcemanager.organizations.setIamPolicy',
        ]),
        role('roles/secretmanager.secretAccessor', ['secretmanager.versions.access']),
        role('roles/secretmanager.secretVersionManager', [
          'secretmanager.versions.add',
          'secretmanager.versions.destroy',
        ]),
        role('roles/secretmanager.admin', [
          'secretmanager.secrets.setIamPolicy',
          'secretmanager.versions.access',
          'secretmanager.versions.add',
        ]),
        role('roles/resourcemanager.projectMover', ['resourcemanager.projects.move']),
        role('roles/resourcemanager.folderMover', ['resourcemanager.folders.move']),
        role('roles/resourcemanager.tagUser', ['resourcemanager.tagValueBindings.create']),
        role('roles/viewer', ['resourcemanager.projects.get']),
        role('roles/pubsub.serviceAgent', FIVE),
        ...(parts.roles ?? []),
      ].map((r) => [r.name, r]),
    ),
    denyPolicies: new Map(
      containers
        .filter(({ name }) => !parts.unreadDeny?.includes(name))
        .map(({ name }) => [
          name,
          parts.deny?.[name] ? [{ name: `policies/${name}/deny`, rules: parts.deny[name] }] : [],
        ]),
    ),
    bucketProjects: new Map(Object.entries(parts.bucketProjects ?? {})),
    setAccounts: new Map(Object.entries(parts.setAccounts ?? {})),
    userKeys: new Map(Object.entries(parts.userKeys ?? {})),
    publishedKeys: new Map(Object.entries(parts.publishedKeys ?? {})),
    lifetimePolicies: new Map(Object.entries(parts.lifetimePolicies ?? {})),
    entitlements: Map.groupBy(parts.entitlements ?? [], ({ resource }) => resource),
    activeGrants: new Map(Object.entries(parts.activeGrants ?? {})),
    workloads: workloadsIn(parts, containers),
    crossProjectUse: new Map([
      ...containers.flatMap(({ name }) =>
        name.startsWith('projects/') ? [[name.replace('projects/', ''), false] as const] : [],
      ),
      ...Object.entries(parts.crossProjectUse ?? {}),
    ]),
    groups: new Map(Object.entries(parts.groups ?? {})),
    unreadGroups: new Map(Object.entries(parts.unreadGroups ?? {})),
    read: resources,
    unread: parts.unread ?? [],
  };
}

function workloadsIn(
  { workloads = [], unreadWorkloads = [] }: Parts,
  containers: readonly Container[],
): Map<string, Workload[]> {
  const byList = Map.groupBy(workloads, ({ name, kind }) =>
    workloadListOf(name.split('/').slice(0, 2).join('/'), kind),
  );
  const lists = containers.flatMap(({ name }) =>
    Object.keys(WORKLOAD_LISTS).map((list) => `${name}/${list}`),
  );
  return new Map(
    lists
      .filter((list) => !unreadWorkloads.includes(list))
      .map((list) => [list, byList.get(list) ?? []]),
  );
}

export const relay = `serviceAccount:${RELAY}`;

export const grantTo = (member: string, expression?: string): Binding => ({
  role: CREATOR,
  members: [member],
  ...(expression !== undefined && { condition: { expression } }),
});

export const on = (resource: string, ...bindings: Binding[]): Parts => ({
  bindings: { [resource]: bindings },
});

/** The grant that HOP needs. */
export const grantedToRelay = on(READER_POLICY, grantTo(relay));

/** The state of HOP. */
export const stateOf = (parts: Parts): HopState => evaluateHop(snapshot(parts), HOP, now).state;
