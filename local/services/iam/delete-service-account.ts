import type { Action } from '../../core/action.ts';
import { deleteAccount } from './account-lifecycle.ts';
import { accountFor } from './service-accounts.ts';

/** @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/delete */
export const deleteServiceAccount: Action = {
  api: 'iam',
  method: 'projects.serviceAccounts.delete',
  verb: 'DELETE',
  path: '/v1/projects/{project}/serviceAccounts/{account}',
  run(state, { params, caller }) {
    deleteAccount(state, accountFor(state, caller, params, 'iam.serviceAccounts.delete'));
    return {};
  },
};
