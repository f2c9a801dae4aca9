import type { Chain, ChainFile } from '../../chain/chain.ts';
import { DELEGATION_PERMISSION, KIND_PERMISSION } from '../../chain/hop.ts';
import { OPEN_INTERMEDIATE_ACCOUNT } from '../../iam/permissions.ts';
import { mintableBy } from '../../iam/role.ts';
import type { Snapshot } from '../../iam/snapshot.ts';
import type { Asset } from '../assets/asset.ts';

import { liveAccount } from '../finding/expected-access.ts';
import type { Access } from './find-access.ts';
import { type Hold, holdsOn, isImpersonation } from './holders.ts';

/** What somebody can do to come one step nearer to a credential. */
export type Step = {
  /** `user:eve@acme.com`; after the first step an account that was reached. */
  readonly who: string;
  readonly permission: string;
  /** What it is held on: an account, a secret, a role, a pool. */
  readonly on: string;
  /** Whose policy says so, and with which role. */
  readonly resource: string;
  readonly role: string;
};

/** Somebody who can get at a chain's credential. */
export type Reach = {
  readonly member: string;
  /** The last leads to the credential. */
  readonly steps: readonly Step[];
  /** It could not be decided whether it is so. */
  readonly possible?: true;
};

/** A way into an asset: one hold, and of its permissions one that will do. */
type Way = { readonly hold: Hold; readonly asset: Asset; readonly permission: string };

/** Where a way leads: to all that an account is, or through it as a delegate, to what it can mint and no more. */
type Place = { readonly email: string; readonly as: 'itself' | 'delegate' };

/** Who can get at the credential of a chain, by any way, the shortest for each. */
export type ReachOf = (chain: Chain) => Reach[];

/**
 * Everyone who can get at a chain's credential beyond the accounts of the chain itself: mint it by another way, or by that of another
 * chain; become one who can; change a policy, a role or a pool on the way; read or write the secret. What is excepted or expected elsewhere
 * is a way all the same.
 */
export function reachIn(
  file: ChainFile,
  { assets }: Pick<Access, 'assets'>,
  snapshot: Snapshot,
  now: Date,
): ReachOf {
  const open = assets.map((asset) => ({ ...asset, expects: () => false }));
  const ways = new Map<string, Way[]>();
  for (const hold of holdsOn(open, snapshot, now)) {
    for (const { asset, permissions } of hold.opens) {
      const known = ways.get(asset.name) ?? [];
      ways.set(asset.name, known);
      for (const permission of permissions) known.push({ hold, asset, permission });
    }
  }
  const fences = Map.groupBy(
    open
      .filter(({ is }) => ['role', 'pool', 'deny-policies', 'services'].includes(is))
      .flatMap(({ name, chains }) => chains.map((chain) => ({ name, chain }))),
    ({ chain }) => chain,
  );
  return (chain) => {
    const first = [
      ...waysToMint(chain, ways, snapshot),
      ...(ways.get(chain.secret) ?? []),
      ...(fences.get(chain.name) ?? []).flatMap(({ name }) => ways.get(name) ?? []),
    ];
    const own = [file.caller, ...chain.delegates, chain.target].flatMap(
      (account) => liveAccount(snapshot, account)?.email ?? [],
    );
    return shortest(first, ways, new Set(own));
  };
}

/** By the permission that mints it, or by being the target. */
function waysToMint(
  { target, credential }: Chain,
  ways: ReadonlyMap<string, readonly Way[]>,
  snapshot: Snapshot,
): Way[] {
  const email = liveAccount(snapshot, target)?.email ?? '';
  const into = (ways.get(email) ?? []).filter(
    ({ permission }) =>
      !isImpersonation(permission) ||
      isBeing(permission) ||
      mintableBy([permission]).includes(credential.kind),
  );
  // Of a role that has several, what mints this very kind says it best.
  const exact = KIND_PERMISSION[credential.kind];
  return into.toSorted((a, b) => Number(b.permission === exact) - Number(a.permission === exact));
}

/** Who has it is the account, for all that the account can do. */
const isBeing = (permission: string): boolean =>
  permission !== DELEGATION_PERMISSION && OPEN_INTERMEDIATE_ACCOUNT.includes(permission);

type Reached = { readonly way: Way; readonly onward: readonly Step[]; readonly possible: boolean };

/** Backwards from the credential, a step at a time, so that the first way that is met is a shortest. */
function shortest(
  first: readonly Way[],
  ways: ReadonlyMap<string, readonly Way[]>,
  own: ReadonlySet<string>,
): Reach[] {
  const found = new Map<string, Reach>();
  const been = new Set<string>();
  let level: Reached[] = first.map((way) => ({ way, onward: [], possible: false }));
  while (level.length > 0) {
    const next: Reached[] = [];
    for (const { way, onward, possible: before } of level) {
      const { hold, asset, permission } = way;
      const { member, resource, binding } = hold;
      const step = { who: member, permission, on: asset.name, resource, role: binding.role };
      const steps = [step, ...onward];
      const possible = before || hold.certain !== 'yes';
      const email = hold.who.is === 'account' ? hold.who.email : undefined;
      if (email === undefined || !own.has(email)) keep(found, { member, steps, possible });
      if (email === undefined) continue;
      for (const place of placesOf(email, permission)) {
        const key = `${place.as} ${email} ${possible}`;
        // A possible way to a place tells nothing that a certain one has not told.
        if (been.has(key) || been.has(`${place.as} ${email} false`)) continue;
        been.add(key);
        next.push(...waysInto(place, ways).map((one) => ({ way: one, onward: steps, possible })));
      }
    }
    level = next;
  }
  return [...found.values()].sort((a, b) => a.steps.length - b.steps.length);
}

/** The first that is met is as short as any; one that is certain is better than one that is only possible. */
function keep(
  found: Map<string, Reach>,
  { member, steps, possible }: { member: string; steps: readonly Step[]; possible: boolean },
): void {
  const known = found.get(member);
  if (known && !(known.possible && !possible)) return;
  found.set(member, { member, steps, ...(possible && { possible: true as const }) });
}

/** Whoever is the account can go on; where a credential is minted, it is enough to go through it. */
const placesOf = (email: string, permission: string): Place[] => [
  { email, as: 'itself' },
  ...(isImpersonation(permission) ? [{ email, as: 'delegate' } as const] : []),
];

const waysInto = ({ email, as }: Place, ways: ReadonlyMap<string, readonly Way[]>): Way[] =>
  (ways.get(email) ?? []).filter(({ permission }) =>
    as === 'itself' ? isBeing(permission) : permission === DELEGATION_PERMISSION,
  );
