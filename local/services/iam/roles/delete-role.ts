import { authorize } from '../../../authorization/authorize.ts';
import { ApiError } from '../../../core/api-error.ts';
import type { ApiMethod, Call } from '../../../core/api-method.ts';
import type { Role } from '../../../state/role.ts';
import type { State } from '../../../state/state.ts';
import { checkRoleEtag, customRole, roleOwner } from './custom-roles.ts';
import { toRole } from './role-resource.ts';

/** It stays, marked, and grants nothing. @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.roles/delete */
export const deleteRole: ApiMethod = {
  api: 'iam',
  name: 'projects.roles.delete',
  httpMethod: 'DELETE',
  path: '/v1/{owners}/{owner}/roles/{role}',
  run: (state, call) => mark(state, call, true),
};

/** @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.roles/undelete */
export const undeleteRole: ApiMethod = {
  api: 'iam',
  name: 'projects.roles.undelete',
  httpMethod: 'POST',
  path: '/v1/{owners}/{owner}/roles/{role}:undelete',
  run: (state, call) => mark(state, call, false),
};

function mark(state: State, { params, query, caller }: Call, deleted: boolean): object {
  const owner = roleOwner(state, params);
  authorize(state, caller, deleted ? 'iam.roles.delete' : 'iam.roles.undelete', owner);
  const role = customRole(state, `${owner}/roles/${params.role}`);
  checkRoleEtag(query.get('etag'), role);
  if (Boolean(role.deleted) === deleted) {
    throw new ApiError(
      'FAILED_PRECONDITION',
      `The role ${role.name} is ${deleted ? 'deleted already' : 'not deleted'}.`,
    );
  }
  const { deleted: _former, etag: _etag, ...rest } = role;
  const marked: Role = { ...rest, ...(deleted && { deleted }) };
  state.roles.set(role.name, marked);
  return toRole(marked, 'FULL');
}
