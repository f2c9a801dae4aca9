import { z } from 'zod';
import type { Action } from '../../action.ts';
import { checkPermissions, RoleBody, roleOwner } from '../../custom-roles.ts';
import { authorize } from '../../iam.ts';
import { message, parseMessage } from '../../proto.ts';
import { toRole } from '../../role-wire.ts';
import { Status } from '../../status.ts';

const Body = message({ roleId: z.string(), role: RoleBody.exactOptional() });

/** @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.roles/create */
export const createRole: Action = {
  api: 'iam',
  method: 'projects.roles.create',
  verb: 'POST',
  path: '/v1/{owners}/{owner}/roles',
  run(state, { params, body, caller }) {
    const { roleId, role: asked = {} } = parseMessage(Body, body);
    const owner = roleOwner(state, params);
    authorize(state, caller, 'iam.roles.create', owner);
    if (!/^[\w.]{3,64}$/.test(roleId)) {
      throw new Status('INVALID_ARGUMENT', 'The role_id must match [a-zA-Z0-9_.]{3,64}.');
    }
    const { name: _given, etag: _none, deleted: _not, ...fields } = asked;
    checkPermissions(fields.includedPermissions ?? []);
    const name = `${owner}/roles/${roleId}`;
    if (state.roles.has(name)) {
      throw new Status('ALREADY_EXISTS', `A role named ${roleId} in ${owner} already exists.`);
    }
    const role = { name, includedPermissions: [], ...fields };
    state.roles.set(name, role);
    return toRole(role, 'FULL');
  },
};
