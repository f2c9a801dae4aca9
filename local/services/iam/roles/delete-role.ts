import type { ApiMethod } from '../../../core/api-method.ts';
import { roleAudit } from '../audit.ts';
import { setRoleDeleted } from './set-role-deleted.ts';

/** The role stays, marked as deleted, and grants nothing. @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.roles/delete */
export const deleteRole: ApiMethod = {
  api: 'iam',
  name: 'projects.roles.delete',
  httpMethod: 'DELETE',
  path: '/v1/{owners}/{owner}/roles/{role}',
  audit: roleAudit('DeleteRole'),
  run: (state, call) => setRoleDeleted(state, call, true),
};
