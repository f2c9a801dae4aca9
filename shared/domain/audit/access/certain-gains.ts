import type { Steps } from '../../basics/steps.ts';
import type { ChainFile } from '../../chain/chain.ts';
import { DELEGATION_PERMISSION, KIND_PERMISSION } from '../../chain/hop.ts';
import { isSingle, type Member } from '../../iam/member.ts';
import { ACT_AS, CREATE_KEY, SET_BUCKET_POLICY, setsPolicy } from '../../iam/permissions.ts';
import type { Binding } from '../../iam/policy.ts';
import { IMPERSONATION_PERMISSIONS } from '../../iam/role.ts';
import type { ServiceAccount, Snapshot } from '../../iam/snapshot.ts';
import type { Asset } from '../assets/asset.ts';
import { liveAccount } from '../finding/expected-access.ts';
import {
  accountIdentity,
  type HolderIndex,
  holdersFor,
  type Identity,
  indexOf,
  nameOf,
  type RoleGrant,
  roleGrantsIn,
} from './holder-index.ts';
import { type DenialsOf, denialsIn, type Holder, type OpenedAsset } from './holders.ts';
import { type Ways, waysIn } from './ways.ts';

/** What a member certainly gets, alone, if it uses all its powers one after the other. */
export type Gains = {
  /** The accounts that it can become, by email. */
  readonly accounts: ReadonlySet<string>;
  /** The accounts that it can only delegate through, or only mint ID tokens of. */
  readonly delegates: ReadonlySet<string>;
  readonly idTokens: ReadonlySet<string>;
  readonly secrets: ReadonlySet<string>;
};
type GainsOf = (holder: Pick<Holder, 'member' | 'principal'>) => Steps<Gains>;

const ID_TOKEN = KIND_PERMISSION['id-token'];
const REPLACE = ['storage.objects.create', 'storage.objects.delete'];
/** Each of them gives a credential with which one can act as the account. */
const USES = [...IMPERSONATION_PERMISSIONS, CREATE_KEY].filter(
  (permission) => permission !== DELEGATION_PERMISSION && permission !== ID_TOKEN,
);

/** All ways to open the assets of an audit, and what each member certainly gets by them. */
export type Powers = { readonly ways: Ways; readonly gainsOf: GainsOf };

export function* powersIn(
  file: ChainFile,
  assets: readonly Asset[],
  snapshot: Snapshot,
  now: Date,
): Steps<Powers> {
  const ways = yield* waysIn(assets, snapshot, now);
  const known = new Map<string, Gains>();
  let world: World | undefined;
  return {
    ways,
    *gainsOf({ member, principal }) {
      world ??= yield* worldOf(file, assets, ways, snapshot, now);
      const gains = known.get(member) ?? (yield* gainsFrom(member, principal, world));
      known.set(member, gains);
      return gains;
    },
  };
}

type World = HolderIndex & {
  readonly caller: ServiceAccount | undefined;
  readonly snapshot: Snapshot;
  readonly denialsOf: DenialsOf;
  /** By role. */
  readonly grantsOf: ReadonlyMap<string, readonly RoleGrant[]>;
};

function* worldOf(
  file: ChainFile,
  assets: readonly Asset[],
  ways: Ways,
  snapshot: Snapshot,
  now: Date,
): Steps<World> {
  const holders = new Set<Holder>();
  for (const all of ways.values()) {
    yield;
    for (const { holder } of all) holders.add(holder);
  }
  return {
    caller: liveAccount(snapshot, file.caller),
    snapshot,
    denialsOf: denialsIn(snapshot),
    ...(yield* indexOf(holders, snapshot)),
    grantsOf: yield* roleGrantsIn(assets, snapshot, now),
  };
}

/** What was gained so far. */
type Attack = {
  readonly world: World;
  readonly identities: Map<string, Identity>;
  readonly delegates: Set<string>;
  readonly idTokens: Set<string>;
  readonly secrets: Set<string>;
  /** The permissions to replace the chain file. */
  readonly replaces: Set<string>;
  /** The custom roles that it may edit, and the identity pools. */
  readonly roles: Set<string>;
  readonly pools: Set<string>;
  readonly toVisit: (() => Iterable<Holder>)[];
};

function* gainsFrom(member: string, principal: Member, world: World): Steps<Gains> {
  const attack: Attack = {
    world,
    identities: new Map(),
    delegates: new Set(),
    idTokens: new Set(),
    secrets: new Set(),
    replaces: new Set(),
    roles: new Set(),
    pools: new Set(),
    toVisit: [],
  };
  becomes(attack, { member: principal, name: nameOf(principal) ?? member });
  const used = new Set<RoleGrant>();
  do {
    for (let next = attack.toVisit.pop(); next; next = attack.toVisit.pop()) {
      for (const holder of next()) {
        yield;
        for (const opened of holder.opens) use(attack, holder, opened);
      }
    }
    for (const role of attack.roles) {
      yield;
      for (const grant of world.grantsOf.get(role) ?? []) {
        const by = used.has(grant) ? undefined : memberOfGrant(attack, grant);
        if (!by) continue;
        used.add(grant);
        for (const asset of grant.assets) takes(attack, asset, by);
      }
    }
  } while (attack.toVisit.length > 0);
  return {
    accounts: new Set(
      [...attack.identities.keys()].map((name) => name.replace(/^serviceAccount:/, '')),
    ),
    delegates: attack.delegates,
    idTokens: attack.idTokens,
    secrets: attack.secrets,
  };
}

function becomes(attack: Attack, identity: Identity): void {
  if (attack.identities.has(identity.name)) return;
  attack.identities.set(identity.name, identity);
  attack.toVisit.push(() => holdersFor(attack.world, identity));
}

function use(attack: Attack, holder: Holder, opened: OpenedAsset): void {
  const { asset, permissions, perhapsDenied = [], undecided = [] } = opened;
  const sure = permissions.filter(
    (permission) => !perhapsDenied.includes(permission) && !undecided.includes(permission),
  );
  switch (asset.is) {
    case 'account':
    case 'intermediate':
      for (const permission of sure) {
        if (permission === ACT_AS) runsCode(attack, holder, opened, asset.account);
        else useAccount(attack, holder, asset, permission);
      }
      return;
    case 'workload':
      if (sure.length > 0) runsCode(attack, holder, opened, asset.runsAs);
      return;
    case 'secret':
      if (sure.length > 0) attack.secrets.add(asset.name);
      return;
    case 'chain-file':
      for (const permission of sure) attack.replaces.add(permission);
      if (
        REPLACE.every((permission) => attack.replaces.has(permission)) ||
        sure.some((permission) => permission === SET_BUCKET_POLICY || setsPolicy(permission))
      )
        commandsCaller(attack);
      return;
    case 'role':
      if (sure.length > 0 && isEditable(attack.world.snapshot, asset, holder.binding))
        attack.roles.add(asset.name);
      return;
    case 'pool':
      if (sure.length > 0) controlsPool(attack, asset.name);
      return;
    default:
    // The others also need somebody else, or something that no policy shows.
  }
}

/** A restored role has what it had before, and a snapshot does not contain that. So its editor must be able to update it, too. */
const isEditable = ({ roles }: Snapshot, { name }: Asset, { role }: Binding): boolean =>
  roles.get(name)?.state !== 'deleted' ||
  roles.get(role)?.permissions.has('iam.roles.update') === true;

function useAccount(attack: Attack, holder: Holder, asset: Asset, permission: string): void {
  const { account } = asset;
  if (!account || account.disabled) return;
  if (permission === DELEGATION_PERMISSION) delegates(attack, account);
  else if (permission === ID_TOKEN) attack.idTokens.add(account.email);
  else if (IMPERSONATION_PERMISSIONS.includes(permission) || permission === CREATE_KEY) {
    becomes(attack, accountIdentity(attack.world.snapshot, account));
  } else takes(attack, asset, { member: holder.principal, name: holder.member });
}

/** Of a group, one member may have the route, and the attacker may be another one. */
function runsCode(
  attack: Attack,
  { principal }: Holder,
  { routes = [] }: OpenedAsset,
  account: ServiceAccount | undefined,
): void {
  if (!account || account.disabled || !isSingle(principal)) return;
  const sure = routes.filter(({ certain }) => certain);
  if (sure.some(({ route }) => route.gives === undefined)) {
    becomes(attack, accountIdentity(attack.world.snapshot, account));
  } else if (sure.length > 0) attack.idTokens.add(account.email);
}

/** The identity can give itself every permission on the asset. Deny rules still apply. */
function takes(attack: Attack, asset: Asset, by: Identity): void {
  const { account, is, name } = asset;
  if (is === 'secret') attack.secrets.add(name);
  if (is === 'chain-file') commandsCaller(attack);
  if (!account || account.disabled) return;
  const isDenied = attack.world.denialsOf(by.member);
  if (USES.some((permission) => isDenied(asset, permission) === 'no')) {
    becomes(attack, accountIdentity(attack.world.snapshot, account));
  }
}

/** It can mint with the permissions of the account, and has nothing else of it. */
function delegates(attack: Attack, account: ServiceAccount): void {
  if (attack.delegates.has(account.email) || account.disabled) return;
  attack.delegates.add(account.email);
  const { world } = attack;
  attack.toVisit.push(() =>
    holdersFor(world, accountIdentity(world.snapshot, account)).map((holder) => ({
      ...holder,
      opens: holder.opens.map((opened) => ({
        ...opened,
        permissions: opened.permissions.filter((p) => IMPERSONATION_PERMISSIONS.includes(p)),
      })),
    })),
  );
}

/** Who writes the chain file says what the caller mints. */
function commandsCaller(attack: Attack): void {
  if (attack.world.caller) delegates(attack, attack.world.caller);
}

function controlsPool(attack: Attack, pool: string): void {
  if (attack.pools.has(pool)) return;
  attack.pools.add(pool);
  attack.toVisit.push(() =>
    attack.world.sets
      .filter(({ principal }) => principal.is === 'federated' && principal.pool === pool)
      .flatMap(({ holders }) => holders),
  );
}

/** The identity of the attacker that a grant is for. */
function memberOfGrant({ identities, pools }: Attack, grant: RoleGrant): Identity | undefined {
  const pool = grant.members.find((one) => one.is === 'federated' && pools.has(one.pool));
  return pool ? { member: pool, name: '' } : [...identities.values()].find(grant.includes);
}
