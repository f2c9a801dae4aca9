import type { ApiMethod } from '../../../core/api-method.ts';
import { accountAudit } from '../audit.ts';
import { deleteAccount } from './account-lifecycle.ts';
import { accountFor } from './service-account-resource.ts';

/** @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/delete */
export const deleteServiceAccount: ApiMethod = {
  api: 'iam',
  name: 'projects.serviceAccounts.delete',
  httpMethod: 'DELETE',
  path: '/v1/projects/{project}/serviceAccounts/{account}',
  audit: accountAudit('DeleteServiceAccount'),
  run(state, { params, caller }) {
    deleteAccount(state, accountFor(state, caller, params, 'iam.serviceAccounts.delete'));
    return {};
  },
};
