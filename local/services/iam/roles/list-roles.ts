import { authorize } from '../../../authorization/authorize.ts';
import { predefinedRole, predefinedRoleNames } from '../../../authorization/roles.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { pageOf } from '../../../core/paging.ts';
import type { Role } from '../../../state/role.ts';

import { roleOwner } from './custom-roles.ts';
import { toRole } from './role-resource.ts';

/** @see https://cloud.google.com/iam/docs/reference/rest/v1/roles/list */
export const listRoles: ApiMethod = {
  api: 'iam',
  name: 'roles.list',
  httpMethod: 'GET',
  path: '/v1/roles',
  run: (_state, { query }) =>
    pageOfRoles(
      predefinedRoleNames().flatMap((name) => predefinedRole(name) ?? []),
      query,
    ),
};

/** @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.roles/list */
export const listCustomRoles: ApiMethod = {
  api: 'iam',
  name: 'projects.roles.list',
  httpMethod: 'GET',
  path: '/v1/{owners}/{owner}/roles',
  run(state, { params, query, caller }) {
    const owner = roleOwner(state, params);
    authorize(state, caller, 'iam.roles.list', owner);
    const roles = [...state.roles.values()]
      .filter(({ name }) => name.startsWith(`${owner}/roles/`))
      .filter(({ deleted }) => !deleted || isTrue(query.get('showDeleted')))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    return pageOfRoles(roles, query);
  },
};

function pageOfRoles(roles: readonly Role[], query: URLSearchParams): object {
  const { page, nextPageToken } = pageOf(roles, query, {
    key: ({ name }) => name,
    descending: false,
    maxSize: 1000,
    defaultSize: 300,
  });
  const view = ['FULL', '1'].includes(query.get('view') ?? '') ? 'FULL' : 'BASIC';
  return {
    ...(page.length > 0 && { roles: page.map((role) => toRole(role, view)) }),
    ...(nextPageToken && { nextPageToken }),
  };
}

/** gcloud writes it as Python does, `True`. */
const isTrue = (flag: string | null): boolean => flag?.toLowerCase() === 'true';
