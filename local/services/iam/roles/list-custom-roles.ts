import { authorize } from '../../../authorization/authorize.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { roleOwner } from './custom-roles.ts';
import { pageOfRoles } from './role-resource.ts';

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

/** gcloud is a Python program and sends `True`. */
const isTrue = (flag: string | null): boolean => flag?.toLowerCase() === 'true';
