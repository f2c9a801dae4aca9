import { everHolds } from '../../iam/condition.ts';
import { isDenied } from '../../iam/deny-rules.ts';
import { type Member, parseMembers } from '../../iam/member.ts';
import { BASIC_ROLES, isEffectiveOn, setsPolicy } from '../../iam/permissions.ts';
import type { Binding } from '../../iam/policy.ts';
import { IMPERSONATION_PERMISSIONS } from '../../iam/role.ts';
import { isServiceAgent } from '../../iam/service-agent.ts';
import type { Snapshot } from '../../iam/snapshot.ts';
import type { Truth } from '../../iam/three-valued.ts';
import type { Asset } from '../assets/asset.ts';

/** What a hold opens, and by which permissions. */
export type Opening = { readonly asset: Asset; readonly permissions: readonly string[] };

/** Somebody in one binding who can do to assets what opens them, and whom nothing in the chain file lets in there. */
export type Hold = {
  readonly resource: string;
  readonly binding: Binding;
  readonly member: string;
  readonly who: Member;
  /** That the role holds the permissions, and that the condition will ever hold. */
  readonly certain: Truth;
  /** At least one. */
  readonly opens: readonly Opening[];
};

/** Everyone who can open any of the assets, directly or inherited, beyond what is expected. */
export function holdsOn(assets: readonly Asset[], snapshot: Snapshot, now: Date): Hold[] {
  const below = Map.groupBy(
    assets.flatMap((asset) =>
      [...new Set([asset.resource, ...asset.above])].map((resource) => ({ resource, asset })),
    ),
    ({ resource }) => resource,
  );
  return [...below].flatMap(([resource, entries]) => {
    const here = entries.map(({ asset }) => asset);
    return (snapshot.policies.get(resource)?.bindings ?? []).flatMap((binding) =>
      holdsOf(resource, binding, here, snapshot, now),
    );
  });
}

function holdsOf(
  resource: string,
  binding: Binding,
  assets: readonly Asset[],
  snapshot: Snapshot,
  now: Date,
): Hold[] {
  const role = snapshot.roles.get(binding.role);
  // Of one that could not be read anything must be thought.
  const heldOf = memoized((permissions: readonly string[]) =>
    permissions.filter((p) => (role?.permissions.has(p) ?? true) && isEffectiveOn(p, resource)),
  );
  const held = assets.flatMap((asset) => {
    const permissions = heldOf(asset.permissions);
    return permissions.length > 0 ? [{ asset, permissions }] : [];
  });
  if (held.length === 0) return [];
  const ever = everHolds(binding.condition, now);
  if (ever === 'no') return [];

  const parsed = parseMembers(binding.members);
  return binding.members.flatMap((member, i): Hold[] => {
    const who = parsed[i];
    // Under a new account of that name a deleted one's grant is dead.
    if (!who || who.is === 'deleted') return [];
    const opens = held.flatMap(({ asset, permissions }): Opening[] => {
      const unexpected = permissions.filter((p) => !asset.expects(who, p));
      if (unexpected.length === 0 || isGoogles(who, binding.role, asset, snapshot)) return [];
      const denies = asset.above.flatMap((container) => snapshot.denyPolicies.get(container) ?? []);
      const left = unexpected.filter((p) => isDenied(denies, who, p, now) !== 'yes');
      return left.length > 0 ? [{ asset, permissions: left }] : [];
    });
    if (opens.length === 0) return [];
    const certain = role && ever === 'yes' ? 'yes' : 'unknown';
    return [{ resource, binding, member, who, certain, opens }];
  });
}

export const isContainer = (resource: string): boolean => resource.split('/').length === 2;

export const isEveryone = ({ is }: Member): boolean => is === 'public' || is === 'authenticated';

export const isImpersonation = (permission: string): boolean =>
  IMPERSONATION_PERMISSIONS.includes(permission);

/** All that a hold takes, once each. */
export const permissionsOf = ({ opens }: Pick<Hold, 'opens'>): string[] => [
  ...new Set(opens.flatMap(({ permissions }) => permissions)),
];

/**
 * Somebody who administers what is above: by a basic role, or one that may set policies. There is always one, and he can do what he likes;
 * so he is told once for each ancestor, and does not count. Who is everyone is never an administrator, nor who can impersonate at once.
 */
export function isAdministrator(hold: Hold): boolean {
  if (!isContainer(hold.resource) || isEveryone(hold.who)) return false;
  const permissions = permissionsOf(hold);
  if (permissions.some(isImpersonation)) return false;
  return BASIC_ROLES.has(hold.binding.role) || permissions.some(setsPolicy);
}

/** The lists of permissions are few, and are the same objects for all assets of a kind. */
function memoized<K, V>(derive: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const value = known.get(key) ?? derive(key);
    known.set(key, value);
    return value;
  };
}

/** Google's own agents, each with its own role and of the project that the asset is in. */
function isGoogles(who: Member, role: string, { above }: Asset, snapshot: Snapshot): boolean {
  const number = snapshot.containers.get(above[0] ?? '')?.number;
  return (
    who.is === 'account' &&
    who.email !== undefined &&
    number !== undefined &&
    isServiceAgent(who.email, role, number.replace('projects/', ''))
  );
}
