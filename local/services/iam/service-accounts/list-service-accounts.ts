import { authorize } from '../../../authorization/authorize.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { pageOf } from '../../../core/paging.ts';
import { projectIdOf } from '../../../core/projects.ts';
import { toServiceAccount } from './service-account-resource.ts';

/** @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/list */
export const listServiceAccounts: ApiMethod = {
  api: 'iam',
  name: 'projects.serviceAccounts.list',
  httpMethod: 'GET',
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
      maxSize: 100,
      defaultSize: 20,
    });
    return {
      ...(page.length > 0 && { accounts: page.map(toServiceAccount) }),
      ...(nextPageToken && { nextPageToken }),
    };
  },
};
