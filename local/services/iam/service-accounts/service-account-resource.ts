import { permissionDenied, unauthenticated } from '../../../authorization/access-errors.ts';
import { authorize, hasPermission } from '../../../authorization/authorize.ts';
import { accountResource, findAccount } from '../../../core/accounts.ts';
import { ApiError } from '../../../core/api-error.ts';
import type { Principal } from '../../../core/principal.ts';
import { projectIdOf } from '../../../core/projects.ts';
import type { ServiceAccount } from '../../../state/service-account.ts';
import type { State } from '../../../state/state.ts';

/**
 * The account that a path names, once the caller holds the permission on it.
 *
 * @param params.project an ID, a number, or `-`, under which an unknown account is 403 in place of 404. It need not be that of the
 * account: gcloud writes its default project, whatever account it is asked for
 * @throws {ApiError} 401, 403, 404
 * @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/get
 */
export function accountFor(
  state: State,
  caller: Principal | undefined,
  { project = '', account: name = '' }: Readonly<Record<string, string>>,
  permission: string,
): ServiceAccount {
  if (caller === undefined) throw unauthenticated('CREDENTIALS_MISSING');
  const found = findAccount(state, name);
  if (found === undefined) {
    // Nobody holds anything on `projects/-`.
    if (!hasPermission(state, caller, permission, `projects/${projectIdOf(state, project)}`)) {
      throw permissionDenied(state, permission);
    }
    throw unknownAccount();
  }
  authorize(state, caller, permission, accountResource(found));
  return found;
}

/** In the words of the IAM API; IAM Credentials has its own. */
export const unknownAccount = (): ApiError => new ApiError('NOT_FOUND', 'Unknown service account');

export function toServiceAccount(account: ServiceAccount): object {
  return {
    name: accountResource(account),
    projectId: account.projectId,
    uniqueId: account.uniqueId,
    email: account.email,
    ...(account.displayName && { displayName: account.displayName }),
    etag: 'MDEwMjE5MjA=', // deprecated: it is the same for all
    ...(account.description && { description: account.description }),
    oauth2ClientId: account.uniqueId,
    ...(account.disabled && { disabled: true }),
  };
}
