import { authorize } from '../../../authorization/authorize.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { existingCustomRole, roleOwner } from './custom-roles.ts';
import { toRole } from './role-resource.ts';

/** A deleted role is returned too, marked as deleted. @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.roles/get */
export const getCustomRole: ApiMethod = {
  api: 'iam',
  name: 'projects.roles.get',
  httpMethod: 'GET',
  path: '/v1/{owners}/{owner}/roles/{role}',
  run(state, { params, caller }) {
    const owner = roleOwner(state, params);
    authorize(state, caller, 'iam.roles.get', owner);
    return toRole(existingCustomRole(state, `${owner}/roles/${params.role}`), 'FULL');
  },
};
