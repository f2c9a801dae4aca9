import { everHolds } from '../../iam/condition/condition.ts';
import { isDenied } from '../../iam/deny-rules.ts';
import { type Member, parseMembers } from '../../iam/member.ts';
import { BASIC_ROLES, isEffectiveOn, setsPolicy } from '../../iam/permissions.ts';
import type { Binding } from '../../iam/policy.ts';
import { IMPERSONATION_PERMISSIONS } from '../../iam/role.ts';
import { isServiceAgent } from '../../iam/service-agent.ts';
import { liveMember, type ServiceAccount, type Snapshot } from '../../iam/snapshot.ts';
import type { Truth } from '../../iam/three-valued.ts';
import type { Asset } from '../assets/asset.ts';

/** An asset, and the permissions by which a holder opens it. */
export type OpenedAsset = { readonly asset: Asset; readonly permissions: readonly string[] };

/** A member of a binding that can open assets, and that the chain file does not expect there. */
export type Holder = {
  readonly resource: string;
  readonly binding: Binding;
  readonly member: string;
  /** The member, parsed. */
  readonly principal: Member;
  /** `yes` if the role was read and the condition holds now or later; otherwise `unknown`. */
  readonly certain: Truth;
  /** At least one. */
  readonly opens: readonly OpenedAsset[];
};

/** Everyone who can open one of the assets, by its own policy or an inherited one, and is not expected. */
export function holdersOf(assets: readonly Asset[], snapshot: Snapshot, now: Date): Holder[] {
  const byResource = Map.groupBy(
    assets.flatMap((asset) =>
      [...new Set([asset.resource, ...asset.above])].map((resource) => ({ resource, asset })),
    ),
    ({ resource }) => resource,
  );
  const knownAs = knownMembersIn(snapshot);
  return [...byResource].flatMap(([resource, entries]) => {
    const assetsBelow = entries.map(({ asset }) => asset);
    return (snapshot.policies.get(resource)?.bindings ?? []).flatMap((binding) =>
      holdersIn(resource, binding, assetsBelow, snapshot, knownAs, now),
    );
  });
}

function holdersIn(
  resource: string,
  binding: Binding,
  assets: readonly Asset[],
  snapshot: Snapshot,
  knownAs: (principal: Member) => Member,
  now: Date,
): Holder[] {
  const role = snapshot.roles.get(binding.role);
  // A role that could not be read may have every permission.
  const grantedOf = memoized((permissions: readonly string[]) =>
    permissions.filter((p) => (role?.permissions.has(p) ?? true) && isEffectiveOn(p, resource)),
  );
  const granted = assets.flatMap((asset) => {
    const permissions = grantedOf(asset.permissions);
    return permissions.length > 0 ? [{ asset, permissions }] : [];
  });
  if (granted.length === 0) return [];
  const ever = everHolds(binding.condition, now);
  if (ever === 'no') return [];

  const parsed = parseMembers(binding.members);
  return binding.members.flatMap((member, i): Holder[] => {
    const principal = parsed[i];
    // The grant of a deleted principal has no effect, even if a new account has its email.
    if (!principal || principal.is === 'deleted') return [];
    const subject = knownAs(principal);
    const opens = granted.flatMap(({ asset, permissions }): OpenedAsset[] => {
      const unexpected = permissions.filter((p) => !asset.expects(principal, p));
      if (unexpected.length === 0 || isGoogleAgent(principal, binding.role, asset, snapshot)) {
        return [];
      }
      const policies = asset.above.flatMap(
        (container) => snapshot.denyPolicies.get(container) ?? [],
      );
      const left = unexpected.filter((p) => isDenied(policies, subject, p) !== 'yes');
      return left.length > 0 ? [{ asset, permissions: left }] : [];
    });
    if (opens.length === 0) return [];
    const certain = role && ever === 'yes' ? 'yes' : 'unknown';
    return [{ resource, binding, member, principal, certain, opens }];
  });
}

/** An account that was read, with the containers above it: a deny rule may be for all accounts of one of them. */
function knownMembersIn(snapshot: Snapshot): (principal: Member) => Member {
  const accounts = new Map<string | undefined, ServiceAccount>();
  for (const account of snapshot.accounts.values()) {
    if (account !== 'missing') accounts.set(account.email, account);
  }
  return (principal) => {
    const account = principal.is === 'account' ? accounts.get(principal.email) : undefined;
    return account ? liveMember(snapshot, account) : principal;
  };
}

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
function isGoogleAgent(
  principal: Member,
  role: string,
  { above }: Asset,
  snapshot: Snapshot,
): boolean {
  const number = snapshot.containers.get(above[0] ?? '')?.number;
  return (
    principal.is === 'account' &&
    principal.email !== undefined &&
    number !== undefined &&
    isServiceAgent(principal.email, role, number.replace('projects/', ''))
  );
}
