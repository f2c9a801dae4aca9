import { authorize } from '../../authorization/authorize.ts';
import type { Action } from '../../core/action.ts';
import { Status } from '../../core/status.ts';
import { undeleteAccount } from './account-lifecycle.ts';
import { toServiceAccount, unknownAccount } from './service-accounts.ts';

/** By unique ID only: an email may be another account's by now. @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/undelete */
export const undeleteServiceAccount: Action = {
  api: 'iam',
  method: 'projects.serviceAccounts.undelete',
  verb: 'POST',
  path: '/v1/projects/{project}/serviceAccounts/{account}:undelete',
  run(state, { params: { account: uniqueId = '' }, caller }) {
    const account = state.accounts.get(uniqueId);
    const project = `projects/${account?.projectId ?? '-'}`;
    authorize(state, caller, 'iam.serviceAccounts.undelete', project);
    if (account === undefined) throw unknownAccount();
    if (!account.deleted) {
      throw new Status('FAILED_PRECONDITION', `Service account ${uniqueId} is not deleted.`);
    }
    if (state.accountsByEmail.has(account.email)) {
      throw new Status(
        'ALREADY_EXISTS',
        `Another service account has the email ${account.email} by now.`,
      );
    }
    undeleteAccount(state, account);
    return { restoredAccount: toServiceAccount(account) };
  },
};
