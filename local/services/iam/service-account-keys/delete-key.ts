import type { ApiMethod } from '../../../core/api-method.ts';
import { accountAudit } from '../audit.ts';
import { keyFor } from './key-resource.ts';

/** Only user-managed keys can be deleted. @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts.keys/delete */
export const deleteKey: ApiMethod = {
  api: 'iam',
  name: 'projects.serviceAccounts.keys.delete',
  httpMethod: 'DELETE',
  path: '/v1/projects/{project}/serviceAccounts/{account}/keys/{key}',
  audit: accountAudit('DeleteServiceAccountKey'),
  run(state, { params, caller }) {
    const { account, key } = keyFor(state, caller, params, 'iam.serviceAccountKeys.delete');
    account.keys = account.keys?.filter((other) => other !== key);
    return {};
  },
};
