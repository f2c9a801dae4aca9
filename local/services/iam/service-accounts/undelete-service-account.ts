import { authorize } from '../../../authorization/authorize.ts';
import { ApiError } from '../../../core/api-error.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { accountAudit } from '../audit.ts';
import { undeleteAccount } from './account-lifecycle.ts';
import { toServiceAccount, unknownAccount } from './service-account-resource.ts';

/** The path must contain the unique ID, because another account may have the email now. @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/undelete */
export const undeleteServiceAccount: ApiMethod = {
  api: 'iam',
  name: 'projects.serviceAccounts.undelete',
  httpMethod: 'POST',
  path: '/v1/projects/{project}/serviceAccounts/{account}:undelete',
  audit: accountAudit('UndeleteServiceAccount'),
  run(state, { params: { account: uniqueId = '' }, caller }) {
    const account = state.accounts.get(uniqueId);
    const project = `projects/${account?.projectId ?? '-'}`;
    authorize(state, caller, 'iam.serviceAccounts.undelete', project);
    if (account === undefined) throw unknownAccount();
    if (!account.deleted) {
      throw new ApiError('FAILED_PRECONDITION', `Service account ${uniqueId} is not deleted.`);
    }
    if (state.accountsByEmail.has(account.email)) {
      throw new ApiError(
        'ALREADY_EXISTS',
        `Another service account now has the email ${account.email}.`,
      );
    }
    undeleteAccount(state, account);
    return { restoredAccount: toServiceAccount(account) };
  },
};
