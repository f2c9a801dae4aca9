import { accountResource, findAccount } from '../../authorization/hierarchy.ts';
import { testIamPermissions } from '../../authorization/test-permissions.ts';
import type { Action } from '../../core/action.ts';

/** Everybody may ask what they may do. @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/testIamPermissions */
export const testServiceAccountIamPermissions: Action = {
  api: 'iam',
  method: 'projects.serviceAccounts.testIamPermissions',
  verb: 'POST',
  path: '/v1/projects/{project}/serviceAccounts/{account}:testIamPermissions',
  run(state, { params: { account: name = '' }, body, caller }) {
    const account = findAccount(state, name);
    return testIamPermissions(
      state,
      account && caller,
      account ? accountResource(account) : '',
      body,
    );
  },
};
