import { authorize } from '../../../authorization/authorize.ts';
import { predefinedRole } from '../../../authorization/roles.ts';
import { ApiError } from '../../../core/api-error.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { customRole, roleOwner } from './custom-roles.ts';
import { toRole } from './role-resource.ts';

/** Google's own: everybody may read them. @see https://cloud.google.com/iam/docs/reference/rest/v1/roles/get */
export const getRole: ApiMethod = {
  api: 'iam',
  name: 'roles.get',
  httpMethod: 'GET',
  path: '/v1/roles/{role}',
  run(_state, { params: { role = '' } }) {
    const name = `roles/${role}`;
    const found = predefinedRole(name);
    if (found === undefined) {
      throw new ApiError('NOT_FOUND', `The role named ${name} was not found.`);
    }
    return toRole(found, 'FULL');
  },
};

/** A deleted role is still there, marked. @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.roles/get */
export const getCustomRole: ApiMethod = {
  api: 'iam',
  name: 'projects.roles.get',
  httpMethod: 'GET',
  path: '/v1/{owners}/{owner}/roles/{role}',
  run(state, { params, caller }) {
    const owner = roleOwner(state, params);
    authorize(state, caller, 'iam.roles.get', owner);
    return toRole(customRole(state, `${owner}/roles/${params.role}`), 'FULL');
  },
};
