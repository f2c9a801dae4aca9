import type { Action } from '../../core/action.ts';
import { accountFor } from './service-accounts.ts';

/** @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/enable */
export const enableServiceAccount: Action = {
  api: 'iam',
  method: 'projects.serviceAccounts.enable',
  verb: 'POST',
  path: '/v1/projects/{project}/serviceAccounts/{account}:enable',
  run(state, { params, caller }) {
    accountFor(state, caller, params, 'iam.serviceAccounts.enable').disabled = false;
    return {};
  },
};
