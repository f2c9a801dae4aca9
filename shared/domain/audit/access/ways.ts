import type { Steps } from '../../basics/steps.ts';
import type { Chain, Kind } from '../../chain/chain.ts';
import { DELEGATION_PERMISSION, KIND_PERMISSION } from '../../chain/hop.ts';
import { OPEN_INTERMEDIATE_ACCOUNT } from '../../iam/permissions.ts';
import { mintableBy } from '../../iam/role.ts';
import { accountsIn, type Snapshot } from '../../iam/snapshot.ts';
import type { Asset } from '../assets/asset.ts';
import { liveAccount } from '../finding/expected-access.ts';
import {
  type Holder,
  holderSteps,
  isImpersonation,
  isRouteUncertain,
  type WithAgents,
} from './holders.ts';

/** A way to open an asset: a holder, and one of the permissions that open it. */
export type Way = {
  readonly holder: Holder;
  readonly asset: Asset;
  readonly permission: string;
  readonly isPerhapsDenied: boolean;
  /** The condition of the binding may not grant this permission. */
  readonly isUndecided: boolean;
  /** The permission runs code only with others, and it is not certain that the holder has them. */
  readonly lacksRoute: boolean;
};

/** All ways to open the assets of an audit, by the name of the asset. */
export type Ways = ReadonlyMap<string, readonly Way[]>;

/** @param agents whether Google's own agents count, with the roles that Google grants to them */
export function* waysIn(
  assets: readonly Asset[],
  snapshot: Snapshot,
  now: Date,
  agents: WithAgents = 'without-agents',
): Steps<Ways> {
  const unexpecting = assets.map((asset) => ({ ...asset, expects: () => false }));
  const ways = new Map<string, Way[]>();
  for (const holder of yield* holderSteps(unexpecting, snapshot, now, agents)) {
    yield;
    for (const opened of holder.opens) {
      const { asset, permissions, perhapsDenied = [], undecided = [] } = opened;
      // An HMAC key opens Cloud Storage, and no credential.
      if (asset.is === 'storage-key') continue;
      const known = ways.get(asset.name) ?? [];
      ways.set(asset.name, known);
      for (const permission of permissions) {
        const isPerhapsDenied = perhapsDenied.includes(permission);
        const isUndecided = undecided.includes(permission);
        const lacksRoute = isRouteUncertain(opened, permission);
        known.push({ holder, asset, permission, isPerhapsDenied, isUndecided, lacksRoute });
      }
    }
  }
  return ways;
}

/** The ways to mint a kind of credential of the target: with the permission to mint it, or by becoming the target. */
export function waysToMint(
  { target }: Pick<Chain, 'target'>,
  kind: Kind,
  ways: Ways,
  snapshot: Snapshot,
): Way[] {
  const email = liveAccount(snapshot, target)?.email ?? '';
  // If a holder has several permissions, the one for exactly this kind comes first and is shown.
  const exact = KIND_PERMISSION[kind];
  const [first, rest]: [Way[], Way[]] = [[], []];
  const mints = new Map<string, boolean>();
  for (const way of ways.get(email) ?? []) {
    const { permission } = way;
    const isMinting =
      mints.get(permission) ??
      (!isImpersonation(permission) ||
        becomesAccount(permission) ||
        mintableBy([permission]).includes(kind));
    mints.set(permission, isMinting);
    if (isMinting) (permission === exact ? first : rest).push(way);
  }
  return [...first, ...rest];
}

/** Does a holder of the permission become the account, with all the access of the account? */
export const becomesAccount = (permission: string): boolean =>
  permission !== DELEGATION_PERMISSION && OPEN_INTERMEDIATE_ACCOUNT.includes(permission);

/** It is not certain that the way gives what it leads to. */
export function isUncertain(way: Way): boolean {
  const { holder, asset, permission, isPerhapsDenied, isUndecided, lacksRoute } = way;
  const isEnough = asset.isEnoughFor?.(holder.principal, permission) ?? true;
  const isDisabled = holder.disabled !== undefined || asset.account?.disabled === true;
  const isOpen = isPerhapsDenied || isUndecided || lacksRoute;
  return holder.certain !== 'yes' || isOpen || isDisabled || !isEnough;
}

/** The accounts that a holder is or includes, and those of them that somebody can become. */
export type EmailsOf = (holder: Holder) => {
  readonly all: readonly string[];
  readonly known: readonly string[];
};

/** Computes them once for each holder: a group may have thousands of members. */
export function emailsIn(snapshot: Snapshot, ways: Ways): EmailsOf {
  const emails = new Map<Holder, ReturnType<EmailsOf>>();
  return (holder) => {
    const computed = emails.get(holder);
    if (computed) return computed;
    const all = accountsIn(holder.principal, snapshot);
    const result = { all, known: all.filter((email) => ways.has(email)) };
    emails.set(holder, result);
    return result;
  };
}
