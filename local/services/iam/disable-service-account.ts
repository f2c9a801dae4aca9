import type { Action } from '../../core/action.ts';
import { accountFor } from './service-accounts.ts';

/** @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/disable */
export const disableServiceAccount: Action = {
  api: 'iam',
  method: 'projects.serviceAccounts.disable',
  verb: 'POST',
  path: '/v1/projects/{project}/serviceAccounts/{account}:disable',
  run(state, { params, caller }) {
    accountFor(state, caller, params, 'iam.serviceAccounts.disable').disabled = true;
    return {};
  },
};
