import { setIamPolicy } from '../../../authorization/iam-policy.ts';
import { accountResource } from '../../../core/accounts.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { accountPolicyAudit } from '../audit.ts';
import { accountFor } from './service-account-resource.ts';

/** @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/setIamPolicy */
export const setServiceAccountIamPolicy: ApiMethod = {
  api: 'iam',
  name: 'projects.serviceAccounts.setIamPolicy',
  httpMethod: 'POST',
  path: '/v1/projects/{project}/serviceAccounts/{account}:setIamPolicy',
  audit: accountPolicyAudit,
  run(state, { params, body, caller }) {
    const account = accountFor(state, caller, params, 'iam.serviceAccounts.setIamPolicy');
    return setIamPolicy(state, accountResource(account), body);
  },
};
