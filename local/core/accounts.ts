import type { ServiceAccount } from '../state/service-account.ts';
import type { State } from '../state/state.ts';

/** @returns undefined for a deleted account too */
export function findAccount(state: State, emailOrUniqueId: string): ServiceAccount | undefined {
  const account =
    state.accounts.get(emailOrUniqueId) ?? state.accountsByEmail.get(emailOrUniqueId.toLowerCase());
  return account?.deleted ? undefined : account;
}

/** The account's resource name, which its policy is stored under. */
export const accountResource = (account: Pick<ServiceAccount, 'email' | 'projectId'>): string =>
  `projects/${account.projectId}/serviceAccounts/${account.email}`;

/** The account that has this email or unique ID, or else the newest deleted one that had it. */
export const findAccountEverSeen = (
  state: State,
  emailOrUniqueId: string,
): ServiceAccount | undefined =>
  state.accounts.get(emailOrUniqueId) ??
  state.accountsByEmail.get(emailOrUniqueId.toLowerCase()) ??
  [...state.accounts.values()].findLast(({ email }) => email === emailOrUniqueId.toLowerCase());
