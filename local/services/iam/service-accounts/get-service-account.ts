import type { ApiMethod } from '../../../core/api-method.ts';
import { accountFor, toServiceAccount } from './service-account-resource.ts';

/** @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/get */
export const getServiceAccount: ApiMethod = {
  api: 'iam',
  name: 'projects.serviceAccounts.get',
  httpMethod: 'GET',
  path: '/v1/projects/{project}/serviceAccounts/{account}',
  run: (state, { params, caller }) =>
    toServiceAccount(accountFor(state, caller, params, 'iam.serviceAccounts.get')),
};
