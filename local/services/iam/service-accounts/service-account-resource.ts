import { permissionDenied, unauthenticated } from '../../../authorization/access-errors.ts';
import { authorize, isAuthorized } from '../../../authorization/authorize.ts';
import { accountResource, findAccount } from '../../../core/accounts.ts';
import { ApiError } from '../../../core/api-error.ts';
import type { Principal } from '../../../core/principal.ts';
import { projectIdOf } from '../../../core/projects.ts';
import type { ServiceAccount } from '../../../state/service-account.ts';
import type { State } from '../../../state/state.ts';

/**
 * The account that a path names.
 *
 * @param params.project the ID or the number of any project, or `-`. gcloud sends its default project for an account of another
 * project. Under `-` an unknown account is 403 instead of 404
 * @param permission the permission that the caller needs on the account
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
    // On `projects/-` no policy grants anything.
    if (!isAuthorized(state, caller, permission, `projects/${projectIdOf(state, project)}`)) {
      throw permissionDenied(state, permission);
    }
    throw unknownAccount();
  }
  authorize(state, caller, permission, accountResource(found));
  return found;
}

/** In the wording of the IAM API. IAM Credentials has another. */
export const unknownAccount = (): ApiError => new ApiError('NOT_FOUND', 'Unknown service account');

export function toServiceAccount(account: ServiceAccount): object {
  return {
    name: accountResource(account),
    projectId: account.projectId,
    uniqueId: account.uniqueId,
    email: account.email,
    ...(account.displayName && { displayName: account.displayName }),
    etag: 'MDEwMjE5MjA=', // a deprecated field, the same for every account
    ...(account.description && { description: account.description }),
    oauth2ClientId: account.uniqueId,
    ...(account.disabled && { disabled: true }),
  };
}
