import { authorize } from '../../../authorization/authorize.ts';
import { ApiError } from '../../../core/api-error.ts';
import type { Call } from '../../../core/call.ts';
import type { Role } from '../../../state/role.ts';
import type { State } from '../../../state/state.ts';
import { checkRoleEtag, existingCustomRole, roleOwner } from './custom-roles.ts';
import { toRole } from './role-resource.ts';

/** Deletes or undeletes a custom role. @returns the role as Google sends it */
export function setRoleDeleted(
  state: State,
  { params, query, caller }: Call,
  deleted: boolean,
): object {
  const owner = roleOwner(state, params);
  authorize(state, caller, deleted ? 'iam.roles.delete' : 'iam.roles.undelete', owner);
  const role = existingCustomRole(state, `${owner}/roles/${params.role}`);
  checkRoleEtag(query.get('etag'), role);
  if (Boolean(role.deleted) === deleted) {
    throw new ApiError(
      'FAILED_PRECONDITION',
      `The role ${role.name} is ${deleted ? 'already deleted' : 'not deleted'}.`,
    );
  }
  const { deleted: _, etag: __, ...rest } = role;
  const changed: Role = { ...rest, ...(deleted && { deleted }) };
  state.roles.set(role.name, changed);
  return toRole(changed, 'FULL');
}
