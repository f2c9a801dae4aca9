import { accountResource } from '../../../core/accounts.ts';
import { ApiError } from '../../../core/api-error.ts';
import type { Principal } from '../../../core/principal.ts';
import type { ServiceAccount, UserManagedKey } from '../../../state/service-account.ts';
import type { State } from '../../../state/state.ts';
import { accountFor } from '../service-accounts/service-account-resource.ts';

export const ALGORITHM = { keyAlgorithm: 'KEY_ALG_RSA_2048' };

/** A user-managed key as IAM sends it. @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts.keys */
export const toKey = (account: ServiceAccount, key: UserManagedKey): object => ({
  name: keyName(account, key.id),
  ...ALGORITHM,
  keyOrigin: 'GOOGLE_PROVIDED',
  keyType: 'USER_MANAGED',
  ...(key.validAfterTime !== undefined && { validAfterTime: key.validAfterTime }),
  validBeforeTime: key.validBeforeTime ?? '9999-12-31T23:59:59Z',
  ...(key.disabled && { disabled: true }),
});

export const keyName = (account: ServiceAccount, id: string): string =>
  `${accountResource(account)}/keys/${id}`;

/**
 * The account and the user-managed key that a path names.
 *
 * @param permission the permission that the caller needs on the account
 * @throws {ApiError} 401, 403, 404
 */
export function keyFor(
  state: State,
  caller: Principal | undefined,
  params: Readonly<Record<string, string>>,
  permission: string,
): { account: ServiceAccount; key: UserManagedKey } {
  const account = accountFor(state, caller, params, permission);
  const key = account.keys?.find(({ id }) => id === params.key);
  if (key === undefined) {
    const name = keyName(account, params.key ?? '');
    throw new ApiError('NOT_FOUND', `Service account key ${name} does not exist.`);
  }
  return { account, key };
}
