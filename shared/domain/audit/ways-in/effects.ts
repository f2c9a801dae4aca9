import { holds } from '../../iam/condition/condition.ts';
import type { Member } from '../../iam/member.ts';
import { READ_SECRET, setsPolicy } from '../../iam/permissions.ts';
import type { Binding, Condition, DenyPolicy, DenyRule } from '../../iam/policy.ts';
import { IMPERSONATION_PERMISSIONS } from '../../iam/role.ts';
import { resourceOfAccount, type Snapshot } from '../../iam/snapshot.ts';
import type { Way } from '../access/ways.ts';

/** What a use of a permission changes, besides the policy of an account. */
export type Change =
  | { readonly is: 'edit-role'; readonly role: string; readonly permissions: readonly string[] }
  | { readonly is: 'undelete-role'; readonly role: string }
  | { readonly is: 'enable-account'; readonly email: string; readonly projectId: string }
  | { readonly is: 'undelete-account'; readonly uniqueId: string; readonly projectId: string }
  | { readonly is: 'delete-deny-policy'; readonly container: string; readonly policy: string }
  | {
      readonly is: 'except-from-deny-policy';
      readonly container: string;
      readonly policy: string;
      readonly rules: readonly DenyRule[];
    }
  | { readonly is: 'bind-tag'; readonly container: string; readonly value: string }
  | { readonly is: 'move'; readonly container: string };

/** A change, and the policies after it. */
export type Effect = {
  readonly change: Change;
  readonly snapshot: Snapshot;
  /** What must be true besides the policies that were read. */
  readonly assumes?: string;
};

/** The member that makes a change, and the members that need it. */
export type Actor = { readonly member: string; readonly members: readonly Member[] };

/** The container that stands for the place to which a project or a folder is moved. */
export const DESTINATION = 'folders/destination';

/**
 * What somebody can change by a way that gives no credential by itself, such as a role or a deny policy.
 */
export function effectsOf(
  { asset, permission }: Way,
  by: Actor,
  snapshot: Snapshot,
  now: Date,
): Effect[] {
  switch (asset.is) {
    case 'role':
      return roleEffects(asset.name, permission, snapshot);
    case 'disabled-account':
      return enabling(asset.resource, snapshot);
    case 'deleted-account':
      return restoring(asset.name, asset.resource, snapshot, now);
    case 'deny-policies':
      return denyEffects(asset.resource, permission, by, snapshot);
    case 'tags':
      return tagEffects(asset.resource, snapshot, now);
    case 'container':
      return setsPolicy(permission) ? [] : moving(asset.resource, by.member, snapshot);
    default:
      return [];
  }
}

function roleEffects(name: string, permission: string, snapshot: Snapshot): Effect[] {
  const known = snapshot.roles.get(name);
  if (!known) return [];
  const { dormant = new Set<string>() } = known;
  const withRole = (permissions: ReadonlySet<string>): Snapshot => ({
    ...snapshot,
    roles: new Map(snapshot.roles).set(name, { name, state: 'live', permissions }),
  });
  if (permission === 'iam.roles.undelete') {
    return [{ change: { is: 'undelete-role', role: name }, snapshot: withRole(dormant) }];
  }
  const isOfSecret = [...snapshot.policies].some(
    ([resource, { bindings }]) =>
      resource.includes('/secrets/') && bindings.some(({ role }) => role === name),
  );
  const permissions = new Set([
    ...known.permissions,
    ...dormant,
    ...IMPERSONATION_PERMISSIONS,
    ...(isOfSecret ? [READ_SECRET] : []),
  ]);
  return [
    {
      change: { is: 'edit-role', role: name, permissions: [...permissions] },
      snapshot: withRole(permissions),
    },
  ];
}

function enabling(resource: string, snapshot: Snapshot): Effect[] {
  const [, projectId = '', , email = ''] = resource.split('/');
  const accounts = [...snapshot.accounts].map(
    ([id, account]) =>
      [
        id,
        account !== 'missing' && account.email === email
          ? { ...account, disabled: false }
          : account,
      ] as const,
  );
  return [
    {
      change: { is: 'enable-account', email, projectId },
      snapshot: { ...snapshot, accounts: new Map(accounts) },
    },
  ];
}

/** A restored account has its grants again. Its own policy was not read, so only policies above it say who may become it. */
function restoring(name: string, project: string, snapshot: Snapshot, now: Date): Effect[] {
  const [, email = '', uniqueId = ''] = /^(.+)\?uid=(\d+)$/.exec(name) ?? [];
  const projectId = project.replace('projects/', '');
  const account = { email, uniqueId, projectId, disabled: false, readAt: now };
  const [gone, back] = [`deleted:serviceAccount:${name}`, `serviceAccount:${email}`];
  const policies = [...snapshot.policies].map(([resource, policy]) => {
    const bindings = policy.bindings.map((binding) =>
      binding.members.includes(gone)
        ? { ...binding, members: binding.members.map((one) => (one === gone ? back : one)) }
        : binding,
    );
    return [resource, { ...policy, bindings }] as const;
  });
  return [
    {
      change: { is: 'undelete-account', uniqueId, projectId },
      snapshot: {
        ...snapshot,
        accounts: new Map(snapshot.accounts).set(email, account),
        policies: new Map(policies).set(resourceOfAccount(account), { bindings: [] }),
      },
    },
  ];
}

/** A deny policy goes, or excepts the members. */
function denyEffects(
  container: string,
  permission: string,
  by: Actor,
  snapshot: Snapshot,
): Effect[] {
  const policies = snapshot.denyPolicies.get(container) ?? [];
  const withPolicies = (changed: readonly DenyPolicy[]): Snapshot => ({
    ...snapshot,
    denyPolicies: new Map(snapshot.denyPolicies).set(container, changed),
  });
  const excepted = [...new Set(by.members.flatMap((member) => deniedForm(member) ?? []))];
  return policies.flatMap(({ name, rules }): Effect[] => {
    if (permission === 'iam.denypolicies.delete') {
      return [
        {
          change: { is: 'delete-deny-policy', container, policy: name },
          snapshot: withPolicies(policies.filter((one) => one.name !== name)),
        },
      ];
    }
    if (excepted.length === 0) return [];
    const changed = rules.map((rule) => ({
      ...rule,
      exceptionPrincipals: [...rule.exceptionPrincipals, ...excepted],
    }));
    return [
      {
        change: { is: 'except-from-deny-policy', container, policy: name, rules: changed },
        snapshot: withPolicies(
          policies.map((one) => (one.name === name ? { ...one, rules: changed } : one)),
        ),
      },
    ];
  });
}

/** A member as deny policies write it. */
function deniedForm(member: Member): string | undefined {
  if (member.is === 'user') return `principal://goog/subject/${member.email}`;
  if (member.is === 'group') return `principalSet://goog/group/${member.email}`;
  if (member.is !== 'account' || member.email === undefined) return undefined;
  return `principal://iam.googleapis.com/projects/-/serviceAccounts/${member.email}`;
}

const MATCH_TAG =
  /resource\s*\.\s*(matchTag|matchTagId)\s*\(\s*(["'])([\w./:-]+)\2\s*,\s*(["'])([\w./:-]+)\4\s*\)/g;

/** Each tag value that a condition below the container reads, and the policies when the container has it. */
function tagEffects(container: string, snapshot: Snapshot, now: Date): Effect[] {
  const below = [...snapshot.policies].filter(
    ([resource]) => resource === container || resource.startsWith(`${container}/`),
  );
  const denyPolicies = snapshot.denyPolicies.get(container) ?? [];
  const conditions = [
    ...below.flatMap(([, { bindings }]) => bindings.flatMap(({ condition }) => condition ?? [])),
    ...denyPolicies.flatMap(({ rules }) => rules.flatMap(({ condition }) => condition ?? [])),
  ];
  const values = new Set(
    conditions.flatMap(({ expression }) =>
      [...expression.matchAll(MATCH_TAG)].map(([, call, , key, , value]) =>
        nameOf(call, key, value),
      ),
    ),
  );
  return [...values].map((value) => {
    const tagged = (condition: Condition): Condition => ({
      ...condition,
      expression: condition.expression.replace(
        MATCH_TAG,
        (text, call, _quote, key, _other, short) =>
          nameOf(call, key, short) === value ? 'true' : text,
      ),
    });
    const taggedBinding = (binding: Binding): Binding =>
      binding.condition ? { ...binding, condition: tagged(binding.condition) } : binding;
    const policies = new Map(snapshot.policies);
    for (const [resource, { bindings }] of below) {
      policies.set(resource, { bindings: bindings.map(taggedBinding) });
    }
    // Only tags decide a condition of a deny rule. One that no longer holds denies nothing.
    const denies = ({ condition }: DenyRule) =>
      condition === undefined || holds(tagged(condition), now) !== 'no';
    return {
      change: { is: 'bind-tag', container, value },
      snapshot: {
        ...snapshot,
        policies,
        denyPolicies: new Map(snapshot.denyPolicies).set(
          container,
          denyPolicies.map((policy) => ({ ...policy, rules: policy.rules.filter(denies) })),
        ),
      },
      assumes: `the member may use the tag value ${value} (resourcemanager.tagValueBindings.create on it)`,
    };
  });
}

/** `acme-ops/env/prod` for `matchTag('acme-ops/env', 'prod')`, and `tagValues/1` for `matchTagId('tagKeys/2', 'tagValues/1')`. */
const nameOf = (call = '', key = '', value = ''): string =>
  call === 'matchTagId' ? value : `${key}/${value}`;

/** The project or folder leaves the policies above it, and is below a folder in which the member may mint. */
function moving(container: string, member: string, snapshot: Snapshot): Effect[] {
  const known = snapshot.containers.get(container);
  if (!known) return [];
  const role = 'roles/iam.serviceAccountTokenCreator';
  const granted = { role, members: [member] };
  const permissions = new Set(IMPERSONATION_PERMISSIONS);
  return [
    {
      change: { is: 'move', container },
      snapshot: {
        ...snapshot,
        containers: new Map(snapshot.containers)
          .set(container, { ...known, parent: DESTINATION })
          .set(DESTINATION, { name: DESTINATION }),
        policies: new Map(snapshot.policies).set(DESTINATION, { bindings: [granted] }),
        denyPolicies: new Map(snapshot.denyPolicies).set(DESTINATION, []),
        roles: new Map(snapshot.roles).set(role, { name: role, state: 'live', permissions }),
      },
      assumes: `the member may move ${container} out of its parent and into a folder in which it has ${role}`,
    },
  ];
}
