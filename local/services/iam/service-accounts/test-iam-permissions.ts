import { testIamPermissions } from '../../../authorization/test-iam-permissions.ts';
import { accountResource, findAccount } from '../../../core/accounts.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { DATA_ACCESS } from '../../../core/audited.ts';

/** The caller needs no permission. @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/testIamPermissions */
export const testServiceAccountIamPermissions: ApiMethod = {
  api: 'iam',
  name: 'projects.serviceAccounts.testIamPermissions',
  httpMethod: 'POST',
  path: '/v1/projects/{project}/serviceAccounts/{account}:testIamPermissions',
  audit: DATA_ACCESS,
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
