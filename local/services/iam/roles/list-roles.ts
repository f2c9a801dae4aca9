import { predefinedRole, predefinedRoleNames } from '../../../authorization/roles.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { pageOfRoles } from './role-resource.ts';

/** Google's predefined roles. @see https://cloud.google.com/iam/docs/reference/rest/v1/roles/list */
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
