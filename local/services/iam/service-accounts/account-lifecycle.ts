import { deletePolicy, storePolicy } from '../../../authorization/policy-store.ts';
import { accountResource } from '../../../core/accounts.ts';
import { digits } from '../../../core/digits.ts';
import type { Policy } from '../../../state/policy.ts';
import type { ServiceAccount } from '../../../state/service-account.ts';
import type { State } from '../../../state/state.ts';

/** As many digits as in Google's unique IDs. */
export const newUniqueId = (state: State): string => `1${digits(state, 20)}`;

export function addAccount(state: State, account: ServiceAccount): void {
  state.accounts.set(account.uniqueId, account);
  if (!account.deleted) state.accountsByEmail.set(account.email, account);
}

/**
 * Deletes an account and its policy. Other policies then name it as a deleted member, so a later account with the same email
 * does not get its grants.
 */
export function deleteAccount(state: State, account: ServiceAccount): void {
  account.deleted = true;
  state.accountsByEmail.delete(account.email);
  deletePolicy(state, accountResource(account));
  renameMember(state, memberOf(account), deletedMemberOf(account));
}

/** Restores a deleted account and the grants to it. */
export function undeleteAccount(state: State, account: ServiceAccount): void {
  account.deleted = false;
  state.accountsByEmail.set(account.email, account);
  renameMember(state, deletedMemberOf(account), memberOf(account));
}

const memberOf = ({ email }: ServiceAccount) => `serviceAccount:${email}`;
const deletedMemberOf = ({ email, uniqueId }: ServiceAccount) =>
  `deleted:serviceAccount:${email}?uid=${uniqueId}`;

/** Renames a member in every policy. The etags stay, because no caller wrote these policies. */
function renameMember(state: State, from: string, to: string): void {
  const rename = (member: string) => (member === from ? to : member);
  for (const [resource, policy] of state.policies) {
    if (!policy.bindings?.some(({ members }) => members.includes(from))) continue;
    const bindings = policy.bindings.map((b) => ({ ...b, members: b.members.map(rename) }));
    storePolicy(state, resource, { ...policy, bindings } satisfies Policy);
  }
}
