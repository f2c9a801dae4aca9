import { getIamPolicy } from '../../../authorization/iam-policy.ts';
import { accountResource } from '../../../core/accounts.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { DATA_ACCESS } from '../../../core/audited.ts';
import { accountFor } from './service-account-resource.ts';

/** A POST without a body. The query contains the version. @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/getIamPolicy */
export const getServiceAccountIamPolicy: ApiMethod = {
  api: 'iam',
  name: 'projects.serviceAccounts.getIamPolicy',
  httpMethod: 'POST',
  path: '/v1/projects/{project}/serviceAccounts/{account}:getIamPolicy',
  audit: DATA_ACCESS,
  run(state, { params, query, caller }) {
    const account = accountFor(state, caller, params, 'iam.serviceAccounts.getIamPolicy');
    const version = query.get('options.requestedPolicyVersion');
    return getIamPolicy(state, accountResource(account), version);
  },
};
