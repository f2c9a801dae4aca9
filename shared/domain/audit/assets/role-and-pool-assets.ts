import { parseMembers } from '../../iam/member.ts';
import { OPEN_ACCOUNT, UPDATE_POOL, UPDATE_ROLE } from '../../iam/permissions.ts';
import type { Binding } from '../../iam/policy.ts';
import { containersFrom, type Snapshot } from '../../iam/snapshot.ts';
import type { Asset } from './asset.ts';

/** A custom role or an identity pool that a binding refers to. A change of it changes who has which access, and no policy shows that. */
type RoleOrPool = Pick<Asset, 'is' | 'name' | 'resource' | 'permissions'>;

/** The custom roles and identity pools in all bindings that open one of these accounts, expected or not. */
export function roleAndPoolAssets(assets: readonly Asset[], snapshot: Snapshot): Asset[] {
  const byResource = Map.groupBy(
    assets
      .filter(({ account }) => account)
      .flatMap((asset) =>
        [asset.resource, ...asset.above].map((resource) => ({ resource, asset })),
      ),
    ({ resource }) => resource,
  );
  const found = new Map<
    string,
    { roleOrPool: RoleOrPool; accounts: Set<string>; chains: Set<string> }
  >();
  for (const [resource, entries] of byResource) {
    for (const binding of snapshot.policies.get(resource)?.bindings ?? []) {
      if (!opensAccounts(binding, snapshot)) continue;
      for (const roleOrPool of rolesAndPoolsOf(binding, snapshot)) {
        const known = found.get(roleOrPool.name);
        const entry = known ?? { roleOrPool, accounts: new Set(), chains: new Set() };
        found.set(roleOrPool.name, entry);
        for (const { asset } of entries) {
          for (const account of asset.accounts) entry.accounts.add(account);
          for (const chain of asset.chains) entry.chains.add(chain);
        }
      }
    }
  }
  return [...found.values()].map(({ roleOrPool, accounts, chains }) => ({
    ...roleOrPool,
    above: containersFrom(snapshot, roleOrPool.resource).names,
    accounts: [...accounts],
    chains: [...chains],
    expects: () => false,
  }));
}

/** The containers of roles and pools whose policies were not read. */
export const roleAndPoolContainers = (
  assets: readonly Asset[],
  { policies }: Snapshot,
): string[] => [
  ...new Set(
    assets
      .filter(({ is, resource }) => (is === 'role' || is === 'pool') && !policies.has(resource))
      .map(({ resource }) => resource),
  ),
];

function opensAccounts({ role }: Binding, snapshot: Snapshot): boolean {
  const permissions = snapshot.roles.get(role)?.permissions;
  return permissions !== undefined && OPEN_ACCOUNT.some((p) => permissions.has(p));
}

function rolesAndPoolsOf({ role, members }: Binding, snapshot: Snapshot): RoleOrPool[] {
  const [, container] = /^((?:projects|organizations)\/[\w-]+)\/roles\//.exec(role) ?? [];
  const roles: RoleOrPool[] = container
    ? [{ is: 'role', name: role, resource: container, permissions: UPDATE_ROLE }]
    : [];
  const pools = parseMembers(members).flatMap((member): RoleOrPool[] => {
    // A workforce pool belongs to an organization, and its name does not say which. So only workload pools are found here.
    const [, number] =
      /^(projects\/[\w-]+)\//.exec(member.is === 'federated' ? member.pool : '') ?? [];
    if (member.is !== 'federated' || number === undefined) return [];
    const resource = projectByNumber(number, snapshot);
    return [{ is: 'pool', name: member.pool, resource, permissions: UPDATE_POOL }];
  });
  return [...roles, ...pools];
}

/** A pool names its project by number. Policies are stored by project ID. */
const projectByNumber = (number: string, snapshot: Snapshot): string =>
  [...snapshot.containers.values()].find((container) => container.number === number)?.name ??
  number;
