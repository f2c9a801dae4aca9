import { authorize } from '../../../authorization/authorize.ts';
import { ApiError } from '../../../core/api-error.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { fieldMask, parseMessage } from '../../../core/proto-json.ts';
import {
  checkPermissions,
  checkRoleEtag,
  customRole,
  RoleBody,
  roleOwner,
} from './custom-roles.ts';
import { toRole } from './role-resource.ts';

const FIELDS = ['title', 'description', 'includedPermissions', 'stage'] as const;

/** @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.roles/patch */
export const patchRole: ApiMethod = {
  api: 'iam',
  name: 'projects.roles.patch',
  httpMethod: 'PATCH',
  path: '/v1/{owners}/{owner}/roles/{role}',
  run(state, { params, query, body, caller }) {
    const asked = parseMessage(RoleBody, body);
    const owner = roleOwner(state, params);
    authorize(state, caller, 'iam.roles.update', owner);
    const role = customRole(state, `${owner}/roles/${params.role}`);
    if (role.deleted) {
      throw new ApiError('FAILED_PRECONDITION', `The role ${role.name} is deleted.`);
    }
    checkRoleEtag(asked.etag, role);
    checkPermissions(asked.includedPermissions ?? []);
    const mask = fieldMask(query.get('updateMask'));
    const isWritten = (field: (typeof FIELDS)[number]) =>
      mask.length > 0 ? mask.includes(field) : field in asked;
    const written = Object.fromEntries(
      FIELDS.filter(isWritten).map((field) => [field, asked[field]]),
    );
    const { etag: _former, ...former } = role;
    const patched = { ...former, ...written, includedPermissions: permissionsOf(former, written) };
    state.roles.set(role.name, patched);
    return toRole(patched, 'FULL');
  },
};

/** What is named by the mask and not given is emptied. */
function permissionsOf(
  former: { includedPermissions: string[] },
  written: { includedPermissions?: string[] },
): string[] {
  return 'includedPermissions' in written
    ? (written.includedPermissions ?? [])
    : former.includedPermissions;
}
