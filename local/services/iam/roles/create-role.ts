import { z } from 'zod';
import { authorize } from '../../../authorization/authorize.ts';
import { ApiError } from '../../../core/api-error.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { message, parseMessage } from '../../../core/proto-json.ts';
import { roleAudit } from '../audit.ts';
import { checkPermissions, RoleBody, roleOwner } from './custom-roles.ts';
import { toRole } from './role-resource.ts';

const Body = message({ roleId: z.string(), role: RoleBody.exactOptional() });

/** @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.roles/create */
export const createRole: ApiMethod = {
  api: 'iam',
  name: 'projects.roles.create',
  httpMethod: 'POST',
  path: '/v1/{owners}/{owner}/roles',
  audit: roleAudit('CreateRole'),
  run(state, { params, body, caller }) {
    const { roleId, role: requested = {} } = parseMessage(Body, body);
    const owner = roleOwner(state, params);
    authorize(state, caller, 'iam.roles.create', owner);
    if (!/^[\w.]{3,64}$/.test(roleId)) {
      throw new ApiError('INVALID_ARGUMENT', 'The role_id must match [a-zA-Z0-9_.]{3,64}.');
    }
    const { name: _, etag: __, deleted: ___, ...fields } = requested;
    checkPermissions(fields.includedPermissions ?? []);
    const name = `${owner}/roles/${roleId}`;
    if (state.roles.has(name)) {
      throw new ApiError('ALREADY_EXISTS', `A role named ${roleId} in ${owner} already exists.`);
    }
    const role = { name, includedPermissions: [], ...fields };
    state.roles.set(name, role);
    return toRole(role, 'FULL');
  },
};
