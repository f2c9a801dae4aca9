import { z } from 'zod';
import { authorize } from '../../authorization/authorize.ts';
import type { Action } from '../../core/action.ts';
import { message, parseMessage } from '../../core/proto.ts';
import { Status } from '../../core/status.ts';
import { checkPermissions, RoleBody, roleOwner } from './custom-roles.ts';
import { toRole } from './role-wire.ts';

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
