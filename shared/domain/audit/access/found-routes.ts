import { everHolds } from '../../iam/condition/condition.ts';
import { bindingsOf } from '../../iam/entitlement.ts';
import { everyoneIn, groupsIn } from '../../iam/groups.ts';
import { type Member, parseMember, parseMembers } from '../../iam/member.ts';
import { covers, overlaps } from '../../iam/membership.ts';
import type { Route } from '../../iam/runs-as/route.ts';
import { ROUTES } from '../../iam/runs-as/routes.ts';
import { accountsIn, containersFrom, type Snapshot } from '../../iam/snapshot.ts';
import { every, some, type Truth } from '../../iam/three-valued.ts';
import type { Asset, AssetRoute } from '../assets/asset.ts';

/** A route that is open to a member. */
export type FoundRoute = {
  readonly route: Route;
  /** The permission of the asset that it uses. */
  readonly opens: string;
  /** What it uses, if it needs something that runs as the account. */
  readonly workloads: readonly string[];
  readonly certain: boolean;
};

/** The routes to an asset that a member can take: it has all their permissions in the project, from any bindings. */
export type RoutesTo = (member: string, principal: Member, asset: Asset) => readonly FoundRoute[];

const PERMISSIONS: readonly string[] = [
  ...new Set(ROUTES.flatMap(({ permissions }) => permissions)),
];
/** The most members of one group or set that are looked at. */
const CANDIDATES_MAX = 1000;

type ProjectGrant = {
  readonly members: readonly Member[];
  readonly permissions: readonly string[];
  readonly truth: Truth;
};

/** The permissions of a member in a project, as far as routes need them. Equal ones are the same object. */
type Granted = ReadonlyMap<string, Truth>;

/**
 * @param known a member with its groups and containers
 * @param isDenied whether deny policies above a project deny a permission to a member
 */
export function routesIn(
  snapshot: Snapshot,
  now: Date,
  known: (principal: Member) => Member,
  isDenied: (subject: Member, above: readonly string[], permission: string) => Truth,
): RoutesTo {
  const grantsIn = memoized((project: string) => projectGrants(project, snapshot, now));
  const interned = new Map<string, Granted>();
  const byMember = new Map<string, Granted>();
  const found = new Map<readonly AssetRoute[], Map<Granted, readonly FoundRoute[]>>();

  const grantedTo = (subject: Member, project: string): Granted => {
    // The members of such a set are looked at one by one.
    const includes = isRead(subject, snapshot) ? covers : overlaps;
    const above = containersFrom(snapshot, project).names;
    const granted = new Map<string, Truth>();
    for (const { members, permissions, truth } of grantsIn(project)) {
      const included = some(members.map((one) => includes(one, subject)));
      const is = every([included, truth]);
      if (is === 'no') continue;
      for (const permission of permissions) {
        granted.set(permission, some([granted.get(permission) ?? 'no', is]));
      }
    }
    for (const [permission, is] of granted) {
      const denied = isDenied(subject, above, permission);
      if (denied === 'yes') granted.delete(permission);
      else if (denied === 'unknown' && is === 'yes') granted.set(permission, 'unknown');
    }
    const key = JSON.stringify([...granted].sort());
    const same = interned.get(key) ?? granted;
    interned.set(key, same);
    return same;
  };
  const knownGrants = (member: string, principal: Member, project: string): Granted => {
    const key = `${project} ${member}`;
    const granted = byMember.get(key) ?? grantedTo(known(principal), project);
    byMember.set(key, granted);
    return granted;
  };

  const openTo = (granted: Granted, routes: readonly AssetRoute[]): readonly FoundRoute[] => {
    const ofRoutes = found.get(routes) ?? new Map<Granted, readonly FoundRoute[]>();
    found.set(routes, ofRoutes);
    const before = ofRoutes.get(granted);
    if (before) return before;
    const open = routes.flatMap(({ route, certain, ...rest }): FoundRoute[] => {
      const truths = route.permissions.map((permission) => granted.get(permission) ?? 'no');
      if (truths.includes('no')) return [];
      return [{ route, ...rest, certain: certain && truths.every((is) => is === 'yes') }];
    });
    ofRoutes.set(granted, open);
    return open;
  };

  return (member, principal, { routes = [], account, above, resource }) => {
    const [project = ''] = account ? above : [resource];
    const all = [member, ...membersOf(principal, snapshot)].slice(0, CANDIDATES_MAX);
    const lists = all.map((one) =>
      openTo(knownGrants(one, one === member ? principal : parseMember(one), project), routes),
    );
    return best(lists);
  };
}

/** Of each route, the surest. */
function best(lists: readonly (readonly FoundRoute[])[]): readonly FoundRoute[] {
  const [first = [], ...more] = new Set(lists);
  if (more.every((list) => list.length === 0)) return first;
  const byRoute = new Map<Route, FoundRoute>();
  for (const one of [first, ...more].flat()) {
    if (!byRoute.get(one.route)?.certain) byRoute.set(one.route, one);
  }
  return [...byRoute.values()];
}

/** Are all members known? */
const isRead = (member: Member, { groups, setAccounts }: Snapshot): boolean =>
  (member.is === 'group' &&
    [...groupsIn(groups, member.email)].every((one) => groups.get(one)?.isComplete)) ||
  (member.is === 'container' && setAccounts.has(member.container));

/** The members of a group, or the accounts of a set, as far as they were read. One of them may have what the others lack. */
function membersOf(principal: Member, snapshot: Snapshot): readonly string[] {
  if (principal.is === 'group') return everyoneIn(snapshot.groups, principal.email).members;
  if (principal.is !== 'container') return [];
  return accountsIn(principal, snapshot).map((email) => `serviceAccount:${email}`);
}

function projectGrants(project: string, snapshot: Snapshot, now: Date): ProjectGrant[] {
  return containersFrom(snapshot, project).names.flatMap((container) => {
    const standing = snapshot.policies.get(container)?.bindings ?? [];
    const latent = (snapshot.entitlements.get(container) ?? []).flatMap(bindingsOf);
    return [...standing, ...latent].flatMap((binding): ProjectGrant[] => {
      const role = snapshot.roles.get(binding.role);
      // A role that could not be read may have every permission.
      const permissions = role ? permissionsIn(role.permissions) : PERMISSIONS;
      const ever = permissions.length === 0 ? 'no' : everHolds(binding.condition, now);
      if (ever === 'no') return [];
      const truth = role && ever === 'yes' && !binding.entitlement ? 'yes' : 'unknown';
      const members = parseMembers(binding.members).filter(({ is }) => is !== 'deleted');
      return [{ members, permissions, truth }];
    });
  });
}

const ofRoles = new WeakMap<ReadonlySet<string>, readonly string[]>();

function permissionsIn(permissions: ReadonlySet<string>): readonly string[] {
  const known = ofRoles.get(permissions) ?? PERMISSIONS.filter((one) => permissions.has(one));
  ofRoles.set(permissions, known);
  return known;
}

function memoized<V>(derive: (key: string) => V): (key: string) => V {
  const known = new Map<string, V>();
  return (key) => {
    const value = known.get(key) ?? derive(key);
    known.set(key, value);
    return value;
  };
}
