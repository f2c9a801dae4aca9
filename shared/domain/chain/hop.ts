import type { Account } from './account.ts';
import type { Chain, Kind } from './chain.ts';

/** One step of a chain: `from` needs `permission` on `to`. */
export type Hop = {
  readonly from: Account;
  readonly to: Account;
  readonly permission: string;
};

/** The permission that the last account before the target needs on the target, by kind. */
export const KIND_PERMISSION: Readonly<Record<Kind, string>> = {
  'access-token': 'iam.serviceAccounts.getAccessToken',
  'id-token': 'iam.serviceAccounts.getOpenIdToken',
  'signed-jwt': 'iam.serviceAccounts.signJwt',
  'signed-blob': 'iam.serviceAccounts.signBlob',
};

/** The permission that the account before a delegate needs on the delegate. */
export const DELEGATION_PERMISSION = 'iam.serviceAccounts.implicitDelegation';

/** The hops of a chain, in order from the caller. There is always at least one. */
export function hopsOf(
  chain: Pick<Chain, 'delegates' | 'target' | 'credential'>,
  caller: Account,
): Hop[] {
  const path = [caller, ...chain.delegates];
  return path.map((from, i) => ({
    from,
    to: path[i + 1] ?? chain.target,
    permission:
      i + 1 < path.length ? DELEGATION_PERMISSION : KIND_PERMISSION[chain.credential.kind],
  }));
}
