import type { Steps } from '../../basics/steps.ts';
import { lowerAscii } from '../../basics/text/ascii.ts';
import { everHolds } from '../../iam/condition/condition.ts';
import { everyoneIn } from '../../iam/groups.ts';
import { type Member, parseMembers } from '../../iam/member.ts';
import { covers } from '../../iam/membership.ts';
import { liveMember, type ServiceAccount, type Snapshot } from '../../iam/snapshot.ts';
import type { Asset } from '../assets/asset.ts';
import type { Holder } from './holders.ts';

/** A member of a policy that somebody is or has become. */
export type Identity = { readonly member: Member; readonly name: string };

export const accountIdentity = (snapshot: Snapshot, account: ServiceAccount): Identity => ({
  member: liveMember(snapshot, account),
  name: `serviceAccount:${account.email}`,
});

/** What is certainly granted, without a search through all holders. */
export type HolderIndex = {
  /** The holders that are this user or account, or a group with it or with this name. */
  readonly byName: ReadonlyMap<string, readonly Holder[]>;
  /** All other sets: of a container, of a pool, everyone. */
  readonly sets: readonly HolderSet[];
};
type HolderSet = { readonly principal: Member; readonly holders: Holder[] };

export function* indexOf(holders: Iterable<Holder>, snapshot: Snapshot): Steps<HolderIndex> {
  const byMember = new Map<string, HolderSet>();
  for (const holder of holders) {
    yield;
    const { principal, member, certain, disabled } = holder;
    if (certain !== 'yes' || disabled !== undefined) continue;
    const name = nameOf(principal) ?? member;
    const same = byMember.get(name) ?? { principal, holders: [] };
    byMember.set(name, same);
    same.holders.push(holder);
  }
  const byName = new Map<string, Holder[]>();
  const sets: HolderSet[] = [];
  for (const [member, set] of byMember) {
    yield;
    const isNamed = nameOf(set.principal) !== undefined || set.principal.is === 'group';
    if (!isNamed) sets.push(set);
    for (const name of isNamed ? new Set([member, ...everyoneOf(set.principal, snapshot)]) : []) {
      const known = byName.get(name) ?? [];
      byName.set(name, known);
      for (const holder of set.holders) known.push(holder);
    }
  }
  return { byName, sets };
}

/** Everyone who is known to be in a group, or can add itself to it. */
function everyoneOf(principal: Member, { groups }: Snapshot): ReadonlySet<string> {
  if (principal.is !== 'group') return new Set();
  const { members, administrators } = everyoneIn(groups, principal.email);
  return new Set([...members, ...administrators].map(lowerAscii));
}

/** `user:ada@acme.com`, as IAM writes a single identity. */
export const nameOf = (member: Member): string | undefined => {
  if (member.is === 'user') return `user:${member.email}`;
  return member.is === 'account' && member.email !== undefined
    ? `serviceAccount:${member.email}`
    : undefined;
};

/** Everything that the identity holds, itself and by the sets that include it. */
export const holdersFor = ({ byName, sets }: HolderIndex, { member, name }: Identity): Holder[] => [
  ...(byName.get(name) ?? []),
  ...sets
    .filter(({ principal }) => covers(principal, member) === 'yes')
    .flatMap(({ holders }) => holders),
];

/** A binding of a custom role, and the assets to which the role gives its members access, once it has all permissions. */
export type RoleGrant = {
  readonly members: readonly Member[];
  readonly includes: (identity: Identity) => boolean;
  readonly assets: readonly Asset[];
};

export function* roleGrantsIn(
  assets: readonly Asset[],
  snapshot: Snapshot,
  now: Date,
): Steps<ReadonlyMap<string, readonly RoleGrant[]>> {
  const owned = assets.filter(
    ({ account, is }) => account || is === 'secret' || is === 'chain-file',
  );
  const below = Map.groupBy(
    owned.flatMap((asset) =>
      [...new Set([asset.resource, ...asset.above])].map((resource) => ({ resource, asset })),
    ),
    ({ resource }) => resource,
  );
  const grants = new Map<string, RoleGrant[]>();
  for (const [resource, entries] of below) {
    const assetsBelow = entries.map(({ asset }) => asset);
    for (const { role, members, condition } of snapshot.policies.get(resource)?.bindings ?? []) {
      yield;
      if (role.startsWith('roles/') || everHolds(condition, now) !== 'yes') continue;
      const parsed = parseMembers(members);
      const known = grants.get(role) ?? [];
      grants.set(role, known);
      known.push({ members: parsed, includes: inclusion(parsed, snapshot), assets: assetsBelow });
    }
  }
  return grants;
}

function inclusion(members: readonly Member[], snapshot: Snapshot): RoleGrant['includes'] {
  const names = new Set(
    members.flatMap((one) => [nameOf(one) ?? [], ...everyoneOf(one, snapshot)].flat()),
  );
  const sets = members.filter((one) => nameOf(one) === undefined);
  return ({ member, name }) => names.has(name) || sets.some((set) => covers(set, member) === 'yes');
}
