import type { Account } from '../../chain/account.ts';
import type { ChainFile } from '../../chain/chain.ts';
import { hopsOf } from '../../chain/hop.ts';
import { type Member, parseMember } from '../../iam/member.ts';
import { covers } from '../../iam/membership.ts';
import { IMPERSONATION_PERMISSIONS } from '../../iam/role.ts';
import { accountIn, memberOf, type ServiceAccount, type Snapshot } from '../../iam/snapshot.ts';

/** Somebody who is to hold permissions on an account: the one before it in some chain. */
export type Expected = { readonly member: Member; readonly permissions: ReadonlySet<string> };

/** The union over all chains. Token Creator has all five, so under `token-creator` all five are what `apply` writes. */
export function expectedOn(
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

/** The members whom exceptions that still run let in, by what the file calls the account. */
export function exceptedOn(file: ChainFile, account: ServiceAccount, now: Date): Member[] {
  return file.exceptions
    .filter((exception) => exception.expires > now && speaksOf(exception.account, account))
    .map(({ member }) => parseMember(member));
}

export const speaksOf = (account: Account, { email, uniqueId }: ServiceAccount): boolean =>
  account.uniqueId === undefined ? account.email === email : account.uniqueId === uniqueId;

export function liveAccount(snapshot: Snapshot, account: Account): ServiceAccount | undefined {
  const found = accountIn(snapshot, account);
  return found === 'missing' ? undefined : found;
}

/** The very same member: a group that holds an expected one holds others too. */
export const isSame = (one: Member, other: Member): boolean =>
  one.is === other.is && covers(one, other) === 'yes';
