import { accountResource } from '../../../core/accounts.ts';
import { ApiError } from '../../../core/api-error.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { accountFor, toServiceAccount } from './service-account-resource.ts';

/** @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/get */
export const getServiceAccount: ApiMethod = {
  api: 'iam',
  name: 'projects.serviceAccounts.get',
  httpMethod: 'GET',
  path: '/v1/projects/{project}/serviceAccounts/{account}',
  run(state, { params, caller }) {
    const account = accountFor(state, caller, params, 'iam.serviceAccounts.get');
    const visibleAt =
      (state.accountCreations.get(account.uniqueId) ?? 0) + state.settings.newAccountSeconds * 1000;
    if (visibleAt > state.now().getTime()) {
      const name = accountResource(account);
      throw new ApiError('NOT_FOUND', `Service account ${name} does not exist.`);
    }
    return toServiceAccount(account);
  },
};
