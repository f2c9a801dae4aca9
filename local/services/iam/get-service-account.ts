import type { Action } from '../../core/action.ts';
import { accountFor, toServiceAccount } from './service-accounts.ts';

/** @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/get */
export const getServiceAccount: Action = {
  api: 'iam',
  method: 'projects.serviceAccounts.get',
  verb: 'GET',
  path: '/v1/projects/{project}/serviceAccounts/{account}',
  run: (state, { params, caller }) =>
    toServiceAccount(accountFor(state, caller, params, 'iam.serviceAccounts.get')),
};
