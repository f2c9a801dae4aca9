import type { Steps } from '../../basics/steps.ts';
import { everHolds, everHoldsFor } from '../../iam/condition/condition.ts';
import { isDeniedTo } from '../../iam/deny-rules.ts';
import { bindingsOf } from '../../iam/entitlement.ts';
import { groupsOf } from '../../iam/groups.ts';
import { type Member, parseMembers } from '../../iam/member.ts';
import { BASIC_ROLES, isEffectiveOn, setsPolicy } from '../../iam/permissions.ts';
import type { Binding, Condition, DenyPolicy } from '../../iam/policy.ts';
import { IMPERSONATION_PERMISSIONS } from '../../iam/role.ts';
import { isServiceAgent } from '../../iam/service-agent.ts';
import { liveMember, type ServiceAccount, type Snapshot } from '../../iam/snapshot.ts';
import type { Truth } from '../../iam/three-valued.ts';
import type { Asset } from '../assets/asset.ts';
import { type FoundRoute, type RoutesTo, routesIn } from './found-routes.ts';
import { attributesFor, READS_RESOURCE } from './resource-attributes.ts';

/** An asset, and the permissions by which a holder opens it. */
export type OpenedAsset = {
  readonly asset: Asset;
  readonly permissions: readonly string[];
  /** The permissions among them of which nobody knows whether a deny rule takes them away. */
  readonly perhapsDenied?: readonly string[];
  /** The permissions among them of which nobody knows whether the condition of the binding grants them. */
  readonly undecided?: readonly string[];
  /** By which routes the holder opens the asset, if some of the permissions need one. */
  readonly routes?: readonly FoundRoute[];
};

/** Is a permission among those that need a route, and is no route to the asset certain? */
export const isRouteUncertain = (
  { asset, routes = [] }: OpenedAsset,
  permission: string,
): boolean =>
  asset.routes?.some(({ opens }) => opens === permission) === true &&
  !routes.some(({ opens, certain }) => certain && opens === permission);

/** A member of a binding that can open assets, and that the chain file does not expect there. */
export type Holder = {
  readonly resource: string;
  readonly binding: Binding;
  readonly member: string;
  /** The member, parsed. */
  readonly principal: Member;
  /** `yes` if the role was read and the condition holds now or later; otherwise `unknown`. What must be requested is `unknown`. */
  readonly certain: Truth;
  /** Of an entitlement: the same, once its roles are granted. */
  readonly onceGranted?: Truth | undefined;
  /** The email of the member, if it is a disabled account: it can do nothing until somebody enables it. */
  readonly disabled?: string | undefined;
  /** At least one. */
  readonly opens: readonly OpenedAsset[];
};

/** Whether Google's own agents are holders too, with the roles that Google grants to them. */
export type WithAgents = 'with-agents' | 'without-agents';

/** Everyone who can open one of the assets, by its own policy or an inherited one, and is not expected. */
export function* holderSteps(
  assets: readonly Asset[],
  snapshot: Snapshot,
  now: Date,
  agents: WithAgents = 'without-agents',
): Steps<Holder[]> {
  const byResource = Map.groupBy(
    assets.flatMap((asset) =>
      [...new Set([asset.resource, ...asset.above])].map((resource) => ({ resource, asset })),
    ),
    ({ resource }) => resource,
  );
  const accountOf = knownAccountsIn(snapshot);
  const denialsOf = denialsIn(snapshot);
  const routesTo = routesIn(
    snapshot,
    now,
    (principal) => knownAs(principal, accountOf(principal), snapshot),
    (subject, above, permission) => denialsOf(subject)({ above }, permission),
  );
  const context = { snapshot, accountOf, denialsOf, routesTo, now, agents };
  const holders: Holder[] = [];
  for (const [resource, entries] of byResource) {
    yield;
    const assetsBelow = entries.map(({ asset }) => asset);
    // Bindings with the same role open the same assets, and share the list of them.
    const grantedBy = memoized((role: string) => grantedOn(resource, role, assetsBelow, snapshot));
    const latent = (snapshot.entitlements.get(resource) ?? []).flatMap(bindingsOf);
    for (const binding of [...(snapshot.policies.get(resource)?.bindings ?? []), ...latent]) {
      const found = yield* holdersIn(resource, binding, grantedBy(binding.role), context);
      for (const holder of found) holders.push(holder);
    }
  }
  return holders;
}

type Context = {
  readonly snapshot: Snapshot;
  readonly accountOf: (principal: Member) => ServiceAccount | undefined;
  readonly denialsOf: DenialsOf;
  readonly routesTo: RoutesTo;
  readonly now: Date;
  readonly agents: WithAgents;
};

/** The assets that a role on the resource opens. */
function grantedOn(
  resource: string,
  name: string,
  assets: readonly Asset[],
  { roles }: Snapshot,
): OpenedAsset[] {
  const role = roles.get(name);
  // A role that could not be read may have every permission.
  const grantedOf = memoized((permissions: readonly string[]) =>
    permissions.filter((p) => (role?.permissions.has(p) ?? true) && isEffectiveOn(p, resource)),
  );
  return assets.flatMap((asset) => {
    const permissions = grantedOf(asset.permissions);
    return permissions.length > 0 ? [{ asset, permissions }] : [];
  });
}

function* holdersIn(
  resource: string,
  binding: Binding,
  all: readonly OpenedAsset[],
  { snapshot, accountOf, denialsOf, routesTo, now, agents }: Context,
): Steps<Holder[]> {
  yield;
  if (all.length === 0) return [];
  const ever = everHolds(binding.condition, now);
  if (ever === 'no') return [];

  const scoped = ever === 'yes' ? undefined : scopedBy(binding.condition, all, snapshot, now);
  const granted = scoped ?? all;
  const isDecided = ever === 'yes' || scoped !== undefined;
  const certain = snapshot.roles.has(binding.role) && isDecided ? 'yes' : 'unknown';
  const parsed = parseMembers(binding.members);
  const holders: Holder[] = [];
  const shared = sharedLists();
  for (const [i, member] of binding.members.entries()) {
    yield;
    const principal = parsed[i];
    // The grant of a deleted principal has no effect, even if a new account has its email.
    if (!principal || principal.is === 'deleted') continue;
    const account = accountOf(principal);
    const isDenied = denialsOf(knownAs(principal, account, snapshot));
    const disabled = account?.disabled ? account.email : undefined;
    let isWhole = true;
    const opens = granted.flatMap((opened): OpenedAsset[] => {
      const { asset, permissions } = opened;
      const unexpected = permissions.filter((p) => !asset.expects(principal, p));
      const isLeftOut =
        agents === 'without-agents' && isGoogleAgent(principal, binding.role, asset, snapshot);
      if (unexpected.length === 0 || isLeftOut) {
        isWhole = false;
        return [];
      }
      const left = leftBy(isDenied, asset, unexpected, opened.undecided);
      isWhole &&=
        left !== undefined && left.permissions.length === permissions.length && !left.perhapsDenied;
      const open = left && withRoutes(left, member, principal, routesTo);
      return open ? [open] : [];
    });
    // Most members of a binding open the same assets. They share one list, because a policy may have thousands of them.
    if (opens.length > 0) {
      const known = isDocumented(principal) ? certain : 'unknown';
      holders.push({
        resource,
        binding,
        member,
        principal,
        certain: binding.entitlement ? 'unknown' : known,
        ...(binding.entitlement && { onceGranted: known }),
        disabled,
        opens: isWhole ? shared(granted, opens) : opens,
      });
    }
  }
  return holders;
}

/**
 * What a condition on attributes of the resource grants: IAM checks each permission on another resource. Undefined if it decides nothing.
 */
function scopedBy(
  condition: Condition | undefined,
  granted: readonly OpenedAsset[],
  snapshot: Snapshot,
  now: Date,
): OpenedAsset[] | undefined {
  if (!condition || !READS_RESOURCE.test(condition.expression)) return undefined;
  let isDecided = false;
  const scoped = granted.flatMap(({ asset, permissions }): OpenedAsset[] => {
    const truths = permissions.map((permission) => ({
      permission,
      is: everHoldsFor(condition, attributesFor(permission, asset, snapshot), now),
    }));
    isDecided ||= truths.some(({ is }) => is !== 'unknown');
    const left = truths.filter(({ is }) => is !== 'no').map(({ permission }) => permission);
    const undecided = truths.filter(({ is }) => is === 'unknown').map((one) => one.permission);
    if (left.length === 0) return [];
    return [{ asset, permissions: left, ...(undecided.length > 0 && { undecided }) }];
  });
  return isDecided ? scoped : undefined;
}

/** Without the permissions that need a route, if the member has none. Somebody among everyone may have one, and who that is is unknown. */
function withRoutes(
  opened: OpenedAsset,
  member: string,
  principal: Member,
  routesTo: RoutesTo,
): OpenedAsset | undefined {
  const { asset, permissions } = opened;
  const needed = asset.routes?.some(({ opens }) => permissions.includes(opens));
  if (!asset.routes || !needed) return opened;
  const found = routesTo(member, principal, asset);
  const isGranted = ({ opens }: FoundRoute) => permissions.includes(opens);
  const routes = found.every(isGranted) ? found : found.filter(isGranted);
  const isOpen = (permission: string) =>
    isEveryone(principal) ||
    !asset.routes?.some(({ opens }) => opens === permission) ||
    routes.some(({ opens }) => opens === permission);
  const left = permissions.filter(isOpen);
  return left.length === 0 ? undefined : { ...opened, permissions: left, routes };
}

/** Members of a binding that open the same assets by the same routes share one list, because a policy may have thousands of members. */
function sharedLists() {
  const known = new Map<string, readonly OpenedAsset[]>();
  const ids = new Map<unknown, number>();
  const idOf = (value: unknown): number => {
    const id = ids.get(value) ?? ids.size;
    ids.set(value, id);
    return id;
  };
  return (granted: readonly OpenedAsset[], opens: readonly OpenedAsset[]) => {
    if (opens.every(({ routes }) => routes === undefined)) return granted;
    const key = opens
      .map(
        ({ asset, permissions, routes }) => `${idOf(asset)} ${permissions.length} ${idOf(routes)}`,
      )
      .join();
    const same = known.get(key) ?? opens;
    known.set(key, same);
    return same;
  };
}

/** What deny policies leave of the permissions on an asset; undefined if nothing. */
export function leftBy(
  isDenied: (asset: Asset, permission: string) => Truth,
  asset: Asset,
  permissions: readonly string[],
  undecided?: readonly string[],
): OpenedAsset | undefined {
  const denials = permissions.map((permission) => ({
    permission,
    is: isDenied(asset, permission),
  }));
  const left = denials.filter(({ is }) => is !== 'yes').map(({ permission }) => permission);
  const perhaps = denials.filter(({ is }) => is === 'unknown').map(({ permission }) => permission);
  if (left.length === 0) return undefined;
  return {
    asset,
    permissions: left,
    ...(perhaps.length > 0 && { perhapsDenied: perhaps }),
    ...(undecided && { undecided }),
  };
}

/** Whether deny policies above an asset deny a permission to a subject. */
export type DenialsOf = (
  subject: Member,
) => (asset: Pick<Asset, 'above'>, permission: string) => Truth;

export function denialsIn({ denyPolicies }: Snapshot): DenialsOf {
  // The first container above an asset decides all of them.
  const byContainer = new Map<string | undefined, readonly DenyPolicy[]>();
  const policiesAbove = (above: readonly string[]) => {
    const policies =
      byContainer.get(above[0]) ?? above.flatMap((container) => denyPolicies.get(container) ?? []);
    byContainer.set(above[0], policies);
    return policies;
  };
  return (subject) => {
    const known = new Map<readonly DenyPolicy[], (permission: string) => Truth>();
    return ({ above }, permission) => {
      const policies = policiesAbove(above);
      if (policies.length === 0) return 'no';
      const isDenied = known.get(policies) ?? memoized(isDeniedTo(policies, subject));
      known.set(policies, isDenied);
      return isDenied(permission);
    };
  };
}

/** The accounts that were read, by email. */
export function knownAccountsIn(snapshot: Snapshot): Context['accountOf'] {
  const accounts = new Map<string | undefined, ServiceAccount>();
  for (const account of snapshot.accounts.values()) {
    if (account !== 'missing') accounts.set(account.email, account);
  }
  return (principal) => (principal.is === 'account' ? accounts.get(principal.email) : undefined);
}

/** The member with the containers above it, or with its groups, if they were read: a deny rule may be for one of them. */
export function knownAs(
  principal: Member,
  account: ServiceAccount | undefined,
  snapshot: Snapshot,
): Member {
  if (account) return liveMember(snapshot, account);
  return principal.is === 'user'
    ? { ...principal, groups: groupsOf(snapshot.groups, `user:${principal.email}`) }
    : principal;
}

/** What a member in another form includes is unknown. Google adds the basic roles of a project to the policies of its buckets. */
const isDocumented = (member: Member): boolean =>
  member.is !== 'other' || /^project(?:Owner|Editor|Viewer):/.test(member.text);

export const isContainer = (resource: string): boolean => resource.split('/').length === 2;

export const isEveryone = ({ is }: Member): boolean => is === 'public' || is === 'authenticated';

export const isImpersonation = (permission: string): boolean =>
  IMPERSONATION_PERMISSIONS.includes(permission);

/** All permissions by which a holder opens assets, once each. */
export const permissionsOf = ({ opens }: Pick<Holder, 'opens'>): string[] => [
  ...new Set(opens.flatMap(({ permissions }) => permissions)),
];

/**
 * Does the holder administer a container, by a basic role or by nothing but permissions to set policies? Every container has administrators,
 * and they can do anything below it. So they get one finding for each container, with severity `info`. A holder with another power, such as
 * a permission to create keys, is not an administrator here, and neither is everyone. Otherwise a further permission would hide that power.
 */
export function isAdministrator(holder: Holder): boolean {
  if (!isContainer(holder.resource) || isEveryone(holder.principal)) return false;
  // Nobody administers a container before the entitlement is granted.
  if (holder.binding.entitlement) return false;
  const permissions = permissionsOf(holder);
  if (permissions.some(isImpersonation)) return false;
  return BASIC_ROLES.has(holder.binding.role) || permissions.every(setsPolicy);
}

/** Assets of one kind share one list of permissions, the same object. So there are few different keys. */
function memoized<K, V>(derive: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const value = known.get(key) ?? derive(key);
    known.set(key, value);
    return value;
  };
}

/** Is it Google's own agent of the asset's project, with the role that Google grants to it? */
export function isGoogleAgent(
  principal: Member,
  role: string,
  { above }: Asset,
  snapshot: Snapshot,
): boolean {
  const number = snapshot.containers.get(above[0] ?? '')?.number;
  const idsOf = (kind: string) =>
    above.filter((name) => name.startsWith(kind)).map((name) => name.slice(kind.length));
  const [organization] = idsOf('organizations/');
  return (
    principal.is === 'account' &&
    principal.email !== undefined &&
    number !== undefined &&
    isServiceAgent(
      principal.email,
      role,
      number.replace('projects/', ''),
      organization,
      idsOf('folders/'),
    )
  );
}
