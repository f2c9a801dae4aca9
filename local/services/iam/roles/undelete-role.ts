import type { ApiMethod } from '../../../core/api-method.ts';
import { roleAudit } from '../audit.ts';
import { setRoleDeleted } from './set-role-deleted.ts';

/** @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.roles/undelete */
export const undeleteRole: ApiMethod = {
  api: 'iam',
  name: 'projects.roles.undelete',
  httpMethod: 'POST',
  path: '/v1/{owners}/{owner}/roles/{role}:undelete',
  audit: roleAudit('UndeleteRole'),
  run: (state, call) => setRoleDeleted(state, call, false),
};
