import { accountResource } from '../../authorization/hierarchy.ts';
import { setIamPolicy } from '../../authorization/policy.ts';
import type { Action } from '../../core/action.ts';
import { accountFor } from './service-accounts.ts';

/** @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/setIamPolicy */
export const setServiceAccountIamPolicy: Action = {
  api: 'iam',
  method: 'projects.serviceAccounts.setIamPolicy',
  verb: 'POST',
  path: '/v1/projects/{project}/serviceAccounts/{account}:setIamPolicy',
  run(state, { params, body, caller }) {
    const account = accountFor(state, caller, params, 'iam.serviceAccounts.setIamPolicy');
    return setIamPolicy(state, accountResource(account), body);
  },
};
