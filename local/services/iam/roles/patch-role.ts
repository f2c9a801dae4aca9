import { authorize } from '../../../authorization/authorize.ts';
import { ApiError } from '../../../core/api-error.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { fieldMask, parseMessage } from '../../../core/proto-json.ts';
import { roleAudit } from '../audit.ts';
import {
  checkPermissions,
  checkRoleEtag,
  existingCustomRole,
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
  audit: roleAudit('UpdateRole'),
  run(state, { params, query, body, caller }) {
    const requested = parseMessage(RoleBody, body);
    const owner = roleOwner(state, params);
    authorize(state, caller, 'iam.roles.update', owner);
    const role = existingCustomRole(state, `${owner}/roles/${params.role}`);
    if (role.deleted) {
      throw new ApiError('FAILED_PRECONDITION', `The role ${role.name} is deleted.`);
    }
    checkRoleEtag(requested.etag, role);
    checkPermissions(requested.includedPermissions ?? []);
    const mask = fieldMask(query.get('updateMask'));
    const isWritten = (field: (typeof FIELDS)[number]) =>
      mask.length > 0 ? mask.includes(field) : field in requested;
    const written = Object.fromEntries(
      FIELDS.filter(isWritten).map((field) => [field, requested[field]]),
    );
    const { etag: _, ...current } = role;
    const patched = {
      ...current,
      ...written,
      includedPermissions: permissionsOf(current, written),
    };
    state.roles.set(role.name, patched);
    return toRole(patched, 'FULL');
  },
};

/** The mask may name the permissions while the body has none: then the role loses all of them. */
function permissionsOf(
  current: { includedPermissions: string[] },
  written: { includedPermissions?: string[] },
): string[] {
  return 'includedPermissions' in written
    ? (written.includedPermissions ?? [])
    : current.includedPermissions;
}
