import { authorize } from '../../authorization/authorize.ts';
import { predefinedRole } from '../../authorization/roles.ts';
import type { Action } from '../../core/action.ts';
import { Status } from '../../core/status.ts';
import { customRole, roleOwner } from './custom-roles.ts';
import { toRole } from './role-wire.ts';

/** Google's own: everybody may read them. @see https://cloud.google.com/iam/docs/reference/rest/v1/roles/get */
export const getRole: Action = {
  api: 'iam',
  method: 'roles.get',
  verb: 'GET',
  path: '/v1/roles/{role}',
  run(_state, { params: { role = '' } }) {
    const name = `roles/${role}`;
    const found = predefinedRole(name);
    if (found === undefined) {
      throw new Status('NOT_FOUND', `The role named ${name} was not found.`);
    }
    return toRole(found, 'FULL');
  },
};

/** A deleted role is still there, marked. @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.roles/get */
export const getCustomRole: Action = {
  api: 'iam',
  method: 'projects.roles.get',
  verb: 'GET',
  path: '/v1/{owners}/{owner}/roles/{role}',
  run(state, { params, caller }) {
    const owner = roleOwner(state, params);
    authorize(state, caller, 'iam.roles.get', owner);
    return toRole(customRole(state, `${owner}/roles/${params.role}`), 'FULL');
  },
};
