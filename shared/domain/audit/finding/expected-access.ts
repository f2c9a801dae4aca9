import { type Account, nameOf } from '../../chain/account.ts';
import type { ChainFile } from '../../chain/chain.ts';
import { hopsOf } from '../../chain/hop.ts';
import { type Member, parseMember } from '../../iam/member.ts';
import { covers } from '../../iam/membership.ts';
import { IMPERSONATION_PERMISSIONS } from '../../iam/role.ts';
import {
  accountIn,
  memberOf,
  resourceOfAccount,
  type ServiceAccount,
  type Snapshot,
} from '../../iam/snapshot.ts';
import type { TargetNow } from '../../rotation/ledger/target-now.ts';

/** A member that must have permissions on an account: the account before it in a chain. */
export type Expected = { readonly member: Member; readonly permissions: ReadonlySet<string> };

/**
 * The expected members of each account, by its unique ID: the union over all chains. Without `grants: narrow`, all five permissions are
 * expected, because `apply` grants Token Creator, which has all five.
 */
export function expectedMembersOf(
  file: ChainFile,
  snapshot: Snapshot,
): ReadonlyMap<string, readonly Expected[]> {
  const hops = file.chains.flatMap((chain) => hopsOf(chain, file.caller));
  const byAccount = Map.groupBy(hops, ({ to }) => liveAccount(snapshot, to)?.uniqueId);
  return new Map(
    [...byAccount].flatMap(([uniqueId, into]) => {
      if (uniqueId === undefined) return [];
      const byFrom = Map.groupBy(into, ({ from }) => from.uniqueId ?? from.email);
      const expected = [...byFrom.values()].flatMap((same) => {
        const [first] = same;
        const needed = same.map(({ permission }) => permission);
        const permissions = file.grants === 'narrow' ? needed : IMPERSONATION_PERMISSIONS;
        return first
          ? [{ member: memberOf(snapshot, first.from), permissions: new Set(permissions) }]
          : [];
      });
      return [[uniqueId, expected] as const];
    }),
  );
}

/** The members that unexpired exceptions allow on an account. */
export function exceptedMembersOn(file: ChainFile, account: ServiceAccount, now: Date): Member[] {
  return file.exceptions
    .filter((exception) => exception.expires > now && refersTo(exception.account, account))
    .map(({ member }) => parseMember(member));
}

/** The email of an account, also of one that the chain file names by its unique ID alone. */
export const shownName = (snapshot: Snapshot, account: Account): string =>
  liveAccount(snapshot, account)?.email ?? nameOf(account);

export const refersTo = (account: Account, { email, uniqueId }: ServiceAccount): boolean =>
  account.uniqueId === undefined ? account.email === email : account.uniqueId === uniqueId;

export function liveAccount(snapshot: Snapshot, account: Account): ServiceAccount | undefined {
  const found = accountIn(snapshot, account);
  return found === 'missing' ? undefined : found;
}

/** The account that a target is now, and the keys that Google publishes for it. */
export function targetNow(target: Account, snapshot: Snapshot): TargetNow | undefined {
  const account = liveAccount(snapshot, target);
  if (!account) return undefined;
  const published = snapshot.publishedKeys.get(resourceOfAccount(account));
  return { ...account, ...(published && { published }) };
}

/** Is it the same member? A group that includes an expected member is not the same: it may include others. */
export const isSame = (one: Member, other: Member): boolean =>
  one.is === other.is && covers(one, other) === 'yes';
