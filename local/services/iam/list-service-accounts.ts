import { authorize } from '../../authorization/authorize.ts';
import type { Action } from '../../core/action.ts';
import { projectIdOf } from '../../core/names.ts';
import { pageOf } from '../../core/paging.ts';
import { toServiceAccount } from './service-accounts.ts';

/** @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/list */
export const listServiceAccounts: Action = {
  api: 'iam',
  method: 'projects.serviceAccounts.list',
  verb: 'GET',
  path: '/v1/projects/{project}/serviceAccounts',
  run(state, { params: { project = '' }, query, caller }) {
    const projectId = projectIdOf(state, project);
    authorize(state, caller, 'iam.serviceAccounts.list', `projects/${projectId}`);
    const accounts = [...state.accountsByEmail.values()]
      .filter((account) => account.projectId === projectId)
      .sort((a, b) => (a.email < b.email ? -1 : 1));
    const { page, nextPageToken } = pageOf(accounts, query, {
      key: ({ email }) => email,
      descending: false,
      max: 100,
      usual: 20,
    });
    return {
      ...(page.length > 0 && { accounts: page.map(toServiceAccount) }),
      ...(nextPageToken && { nextPageToken }),
    };
  },
};
