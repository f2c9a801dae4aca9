import roles from '../../../deploy/roles.json' with { type: 'json' };
import type { Inventory } from '../../../shared/domain/apply/inventory.ts';
import { type Plan, planOf } from '../../../shared/domain/apply/plan.ts';
import type { Chain, ChainFile } from '../../../shared/domain/chain/chain.ts';
import type { HeldSecret } from '../../../shared/domain/chain/secret.ts';
import type { Binding } from '../../../shared/domain/iam/policy.ts';
import type { PolicyDocument } from '../../../shared/domain/iam/policy-document.ts';
import type { RoleWithEtag } from '../../../shared/domain/iam/role.ts';

export const NOW = new Date('2026-11-22T12:00:00Z');
export const CREATOR = 'roles/iam.serviceAccountTokenCreator';
export const ops = (name: string) => `${name}@acme-ops.iam.gserviceaccount.com`;
export const data = (name: string) => `${name}@acme-data.iam.gserviceaccount.com`;
export const sa = (email: string) => `serviceAccount:${email}`;
export const onAccount = (email: string) =>
  `projects/${email.split('@')[1]?.split('.')[0]}/serviceAccounts/${email}`;
export const SECRET = 'projects/acme-ops/secrets/billing';
export const MINTER_ROLE = 'projects/acme-ops/roles/hopmintMinter';
export const minterRole = {
  title: roles.hopmintMinter.title,
  description: roles.hopmintMinter.description,
  permissions: roles.hopmintMinter.includedPermissions,
};

/** minter → relay → reader. */
export const chainOf = (part: Partial<Chain> = {}): Chain => ({
  name: 'billing',
  delegates: [{ email: ops('relay') }],
  target: { email: data('reader') },
  credential: { kind: 'access-token', scopes: ['s'], lifetimeSeconds: 3600 },
  secret: SECRET,
  format: 'raw',
  rotateEverySeconds: 1800,
  retryWindowSeconds: 600,
  minValiditySeconds: 300,
  ...part,
});

export const fileOf = (chains: readonly Chain[], part: Partial<ChainFile> = {}): ChainFile => ({
  caller: { email: ops('minter') },
  tickEverySeconds: 60,
  writesPerMinute: 540,
  chains,
  exceptions: [],
  ...part,
});

const accountOf = (email: string, uniqueId: string) => ({
  email,
  uniqueId,
  projectId: email.split('@')[1]?.split('.')[0] ?? '',
  disabled: false,
  readAt: new Date('2026-11-22T12:00:00Z'),
});

export const roleOf = (name: string, permissions: readonly string[]): RoleWithEtag => ({
  name,
  state: 'live',
  permissions: new Set(permissions),
  etag: 'BwX=',
});

export const secretOf = (part: Partial<HeldSecret> = {}): HeldSecret => ({
  name: SECRET,
  etag: '"1"',
  labels: { 'managed-by': 'hopmint' },
  annotations: {},
  replication: { automatic: true },
  ...part,
});

export const policyOf = (...bindings: readonly Binding[]): PolicyDocument => ({
  etag: 'BwW=',
  bindings,
});

export const bound = (role: string, ...members: string[]): Binding => ({ role, members });

/** Only accounts: no grants, no secret, no minter's role. */
export const EMPTY: Inventory = {
  accounts: new Map([
    [ops('minter'), accountOf(ops('minter'), '100000000000000000001')],
    [ops('relay'), accountOf(ops('relay'), '100000000000000000002')],
    ['100000000000000000002', accountOf(ops('relay'), '100000000000000000002')],
    [data('reader'), accountOf(data('reader'), '100000000000000000003')],
  ]),
  secrets: new Map([[SECRET, 'missing']]),
  roles: new Map<string, RoleWithEtag | 'missing'>([
    [MINTER_ROLE, 'missing'],
    [
      CREATOR,
      roleOf(CREATOR, [
        'iam.serviceAccounts.implicitDelegation',
        'iam.serviceAccounts.getAccessToken',
        'iam.serviceAccounts.getOpenIdToken',
        'iam.serviceAccounts.signJwt',
        'iam.serviceAccounts.signBlob',
      ]),
    ],
  ]),
  policies: new Map([
    [onAccount(ops('relay')), { etag: 'ACAB' }],
    [onAccount(data('reader')), { etag: 'ACAB' }],
  ]),
  containers: new Map([
    ['projects/acme-ops', { name: 'projects/acme-ops', parent: 'organizations/900000000001' }],
    ['projects/acme-data', { name: 'projects/acme-data', parent: 'organizations/900000000001' }],
    ['organizations/900000000001', { name: 'organizations/900000000001' }],
  ]),
  denyPolicies: new Map([
    ['projects/acme-ops', []],
    ['projects/acme-data', []],
    ['organizations/900000000001', []],
  ]),
  groups: new Map(),
  lifetimePolicies: new Map(),
  unread: [],
};

/** Everything that `fileOf([chainOf()])` needs. */
export const FULL: Inventory = {
  ...EMPTY,
  secrets: new Map([[SECRET, secretOf()]]),
  roles: new Map([
    ...EMPTY.roles,
    [MINTER_ROLE, roleOf(MINTER_ROLE, roles.hopmintMinter.includedPermissions)],
  ]),
  policies: new Map([
    [SECRET, policyOf(bound(MINTER_ROLE, sa(ops('minter'))))],
    [onAccount(ops('relay')), policyOf(bound(CREATOR, sa(ops('minter'))))],
    [onAccount(data('reader')), policyOf(bound(CREATOR, sa(ops('relay'))))],
  ]),
};

export const withPolicy = (resource: string, ...bindings: Binding[]): Inventory => ({
  ...FULL,
  policies: new Map([...FULL.policies, [resource, policyOf(...bindings)]]),
});

export const plan = (file: ChainFile, inventory: Inventory, now = NOW): Plan =>
  planOf(file, inventory, minterRole, now);

/** One line for each step: `add-member serviceAccount:… roles/… projects/…`. */
export const stepsOf = ({ steps }: Plan): string[] =>
  steps.map((step) =>
    [
      step.do,
      ...(step.do === 'add-member' ? [step.member, step.role] : []),
      step.resource,
      ...('condition' in step && step.condition ? [`if ${step.condition.expression}`] : []),
    ].join(' '),
  );

/** A chain that asks for a lifetime of 4h, and the accounts that the organization allows it. `undefined`: the policy was not read. */
export const with4h = (
  allowed: string[] | undefined,
): { part: Partial<Chain>; inventory: Inventory } => ({
  part: { credential: { kind: 'access-token', scopes: ['s'], lifetimeSeconds: 14_400 } },
  inventory: {
    ...FULL,
    lifetimePolicies: new Map(
      allowed && [
        [
          'acme-data',
          { allowAll: false, denyAll: false, allowedValues: allowed, deniedValues: [] },
        ],
      ],
    ),
  },
});
