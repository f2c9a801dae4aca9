import { parseMembers } from '../../iam/member.ts';
import { OPEN_ACCOUNT, UPDATE_POOL, UPDATE_ROLE } from '../../iam/permissions.ts';
import type { Binding } from '../../iam/policy.ts';
import { containersFrom, type Snapshot } from '../../iam/snapshot.ts';
import type { Asset } from './asset.ts';

/** What says who the members of a binding are, or what its role is: whoever changes it changes the binding, and no policy shows it. */
type Fence = Pick<Asset, 'is' | 'name' | 'resource' | 'permissions'>;

/** The custom roles and the identity pools by which accounts of chains are open to anybody, wanted or not. */
export function fenceAssets(assets: readonly Asset[], snapshot: Snapshot): Asset[] {
  const below = Map.groupBy(
    assets
      .filter(({ account }) => account)
      .flatMap((asset) =>
        [asset.resource, ...asset.above].map((resource) => ({ resource, asset })),
      ),
    ({ resource }) => resource,
  );
  const fences = new Map<string, { fence: Fence; accounts: Set<string>; chains: Set<string> }>();
  for (const [resource, entries] of below) {
    for (const binding of snapshot.policies.get(resource)?.bindings ?? []) {
      if (!opensAccounts(binding, snapshot)) continue;
      for (const fence of fencesOf(binding, snapshot)) {
        const known = fences.get(fence.name);
        const kept = known ?? { fence, accounts: new Set(), chains: new Set() };
        fences.set(fence.name, kept);
        for (const { asset } of entries) {
          for (const account of asset.accounts) kept.accounts.add(account);
          for (const chain of asset.chains) kept.chains.add(chain);
        }
      }
    }
  }
  return [...fences.values()].map(({ fence, accounts, chains }) => ({
    ...fence,
    above: containersFrom(snapshot, fence.resource).names,
    accounts: [...accounts],
    chains: [...chains],
    expects: () => false,
  }));
}

/** Where the fences are whose policies were not read. */
export const fenceContainers = (assets: readonly Asset[], { policies }: Snapshot): string[] => [
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

function fencesOf({ role, members }: Binding, snapshot: Snapshot): Fence[] {
  const [, owner] = /^((?:projects|organizations)\/[\w-]+)\/roles\//.exec(role) ?? [];
  const roles: Fence[] = owner
    ? [{ is: 'role', name: role, resource: owner, permissions: UPDATE_ROLE }]
    : [];
  const pools = parseMembers(members).flatMap((member): Fence[] => {
    // A workforce pool is an organization's, and does not say of which.
    const [, number] =
      /^(projects\/[\w-]+)\//.exec(member.is === 'federated' ? member.pool : '') ?? [];
    if (member.is !== 'federated' || number === undefined) return [];
    const resource = nameOf(number, snapshot);
    return [{ is: 'pool', name: member.pool, resource, permissions: UPDATE_POOL }];
  });
  return [...roles, ...pools];
}

/** Pools name their project by its number; what was read is known by its ID. */
const nameOf = (number: string, snapshot: Snapshot): string =>
  [...snapshot.containers.values()].find((container) => container.number === number)?.name ??
  number;
