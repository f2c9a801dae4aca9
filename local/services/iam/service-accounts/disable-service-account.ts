import type { ApiMethod } from '../../../core/api-method.ts';
import { accountAudit } from '../audit.ts';
import { accountFor } from './service-account-resource.ts';

/** @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/disable */
export const disableServiceAccount: ApiMethod = {
  api: 'iam',
  name: 'projects.serviceAccounts.disable',
  httpMethod: 'POST',
  path: '/v1/projects/{project}/serviceAccounts/{account}:disable',
  audit: accountAudit('DisableServiceAccount'),
  run(state, { params, caller }) {
    accountFor(state, caller, params, 'iam.serviceAccounts.disable').disabled = true;
    return {};
  },
};
