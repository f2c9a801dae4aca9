import { accountResource } from '../../authorization/hierarchy.ts';
import type { Action } from '../../core/action.ts';
import { Status } from '../../core/status.ts';
import { accountFor } from './service-accounts.ts';

/** Of those that people have made. @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts.keys/delete */
export const deleteKey: Action = {
  api: 'iam',
  method: 'projects.serviceAccounts.keys.delete',
  verb: 'DELETE',
  path: '/v1/projects/{project}/serviceAccounts/{account}/keys/{key}',
  run(state, { params, caller }) {
    const account = accountFor(state, caller, params, 'iam.serviceAccountKeys.delete');
    const left = (account.keys ?? []).filter(({ id }) => id !== params.key);
    if (left.length === (account.keys ?? []).length) {
      const name = `${accountResource(account)}/keys/${params.key}`;
      throw new Status('NOT_FOUND', `Service account key ${name} does not exist.`);
    }
    account.keys = left;
    return {};
  },
};
