import { accountResource } from '../../authorization/hierarchy.ts';
import { getIamPolicy } from '../../authorization/policy.ts';
import type { Action } from '../../core/action.ts';
import { accountFor } from './service-accounts.ts';

/** POST without a body, the version in the query. @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/getIamPolicy */
export const getServiceAccountIamPolicy: Action = {
  api: 'iam',
  method: 'projects.serviceAccounts.getIamPolicy',
  verb: 'POST',
  path: '/v1/projects/{project}/serviceAccounts/{account}:getIamPolicy',
  run(state, { params, query, caller }) {
    const account = accountFor(state, caller, params, 'iam.serviceAccounts.getIamPolicy');
    const version = query.get('options.requestedPolicyVersion');
    return getIamPolicy(state, accountResource(account), version);
  },
};
