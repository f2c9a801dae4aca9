import type { Unread } from '../../../shared/domain/basics/unread.ts';
import type { Hop } from '../../../shared/domain/chain/hop.ts';
import type { LifetimePolicy } from '../../../shared/domain/iam/lifetime-policy.ts';
import type { Binding, DenyRule } from '../../../shared/domain/iam/policy.ts';
import type { Role } from '../../../shared/domain/iam/role.ts';
import type { Container, ServiceAccount, Snapshot } from '../../../shared/domain/iam/snapshot.ts';

export const RELAY = 'relay@acme-ops.iam.gserviceaccount.com';
export const READER = 'reader@acme-data.iam.gserviceaccount.com';
export const MINTER = 'minter@acme-ops.iam.gserviceaccount.com';
export const READER_POLICY = `projects/acme-data/serviceAccounts/${READER}`;
export const CREATOR = 'roles/iam.serviceAccountTokenCreator';

const P = (name: string) => `iam.serviceAccounts.${name}`;
const FIVE = [
  P('getAccessToken'),
  P('getOpenIdToken'),
  P('signJwt'),
  P('signBlob'),
  P('implicitDelegation'),
];
const live = (name: string, permissions: string[]): Role => ({
  name,
  state: 'live',
  permissions: new Set(permissions),
});

export const role = live;

/** relay → reader, an access token: the hop that the tables are about. */
export const HOP: Hop = {
  from: { email: RELAY },
  to: { email: READER },
  permission: P('getAccessToken'),
};

type Parts = {
  readonly accounts?: Readonly<Record<string, ServiceAccount | 'missing'>>;
  readonly containers?: readonly Container[];
  /** By resource. What is not told has a policy without bindings. */
  readonly bindings?: Readonly<Record<string, readonly Binding[]>>;
  readonly unreadPolicies?: readonly string[];
  readonly roles?: readonly Role[];
  readonly deny?: Readonly<Record<string, readonly DenyRule[]>>;
  readonly unreadDeny?: readonly string[];
  readonly unread?: readonly Unread[];
  readonly userKeys?: Readonly<Record<string, readonly string[]>>;
  readonly lifetimePolicies?: Readonly<Record<string, LifetimePolicy>>;
};

export const account = (email: string, uniqueId: string, disabled = false): ServiceAccount => ({
  email,
  uniqueId,
  projectId: /@([^.]+)\./.exec(email)?.[1] ?? '',
  disabled,
});

const CONTAINERS: readonly Container[] = [
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
    ...Object.keys(parts.bindings ?? {}).filter((name) => name.includes('/secrets/')),
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
        live(CREATOR, FIVE),
        live('roles/iam.serviceAccountOpenIdTokenCreator', [P('getOpenIdToken')]),
        live('roles/iam.workloadIdentityUser', [P('getAccessToken'), P('getOpenIdToken')]),
        live('roles/owner', [
          P('actAs'),
          P('setIamPolicy'),
          'iam.serviceAccountKeys.create',
          'resourcemanager.projects.setIamPolicy',
          'secretmanager.versions.access',
          'secretmanager.versions.add',
        ]),
        live('roles/editor', [
          P('actAs'),
          'iam.serviceAccountKeys.create',
          'run.services.update',
          'secretmanager.versions.add',
        ]),
        live('roles/iam.serviceAccountUser', [P('actAs')]),
        live('roles/iam.serviceAccountAdmin', [P('setIamPolicy')]),
        live('roles/iam.serviceAccountKeyAdmin', ['iam.serviceAccountKeys.create']),
        live('roles/iam.roleAdmin', ['iam.roles.update']),
        live('roles/iam.denyAdmin', ['iam.denypolicies.update', 'iam.denypolicies.delete']),
        live('roles/iam.workloadIdentityPoolAdmin', [
          'iam.workloadIdentityPoolProviders.update',
          'iam.workloadIdentityPools.update',
        ]),
        live('roles/run.developer', ['run.services.update']),
        live('roles/resourcemanager.folderAdmin', ['resourcemanager.folders.setIamPolicy']),
        live('roles/resourcemanager.organizationAdmin', [
          'resourcemanager.organizations.setIamPolicy',
        ]),
        live('roles/secretmanager.secretAccessor', ['secretmanager.versions.access']),
        live('roles/secretmanager.secretVersionManager', [
          'secretmanager.versions.add',
          'secretmanager.versions.destroy',
        ]),
        live('roles/secretmanager.admin', [
          'secretmanager.secrets.setIamPolicy',
          'secretmanager.versions.access',
          'secretmanager.versions.add',
        ]),
        live('roles/viewer', ['resourcemanager.projects.get']),
        live('roles/pubsub.serviceAgent', FIVE),
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
    userKeys: new Map(Object.entries(parts.userKeys ?? {})),
    lifetimePolicies: new Map(Object.entries(parts.lifetimePolicies ?? {})),
    read: resources,
    unread: parts.unread ?? [],
  };
}
