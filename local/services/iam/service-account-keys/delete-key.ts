import { accountResource } from '../../../core/accounts.ts';
import { ApiError } from '../../../core/api-error.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { accountAudit } from '../audit.ts';
import { accountFor } from '../service-accounts/service-account-resource.ts';

/** Only user-managed keys can be deleted. @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts.keys/delete */
export const deleteKey: ApiMethod = {
  api: 'iam',
  name: 'projects.serviceAccounts.keys.delete',
  httpMethod: 'DELETE',
  path: '/v1/projects/{project}/serviceAccounts/{account}/keys/{key}',
  audit: accountAudit('DeleteServiceAccountKey'),
  run(state, { params, caller }) {
    const account = accountFor(state, caller, params, 'iam.serviceAccountKeys.delete');
    const remaining = (account.keys ?? []).filter(({ id }) => id !== params.key);
    if (remaining.length === (account.keys ?? []).length) {
      const name = `${accountResource(account)}/keys/${params.key}`;
      throw new ApiError('NOT_FOUND', `Service account key ${name} does not exist.`);
    }
    account.keys = remaining;
    return {};
  },
};
