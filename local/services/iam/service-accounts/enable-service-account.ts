import type { ApiMethod } from '../../../core/api-method.ts';
import { accountAudit } from '../audit.ts';
import { accountFor } from './service-account-resource.ts';

/** @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/enable */
export const enableServiceAccount: ApiMethod = {
  api: 'iam',
  name: 'projects.serviceAccounts.enable',
  httpMethod: 'POST',
  path: '/v1/projects/{project}/serviceAccounts/{account}:enable',
  audit: accountAudit('EnableServiceAccount'),
  run(state, { params, caller }) {
    accountFor(state, caller, params, 'iam.serviceAccounts.enable').disabled = false;
    return {};
  },
};
