import { testIamPermissions } from '../../authorization/test-permissions.ts';
import type { Action } from '../../core/action.ts';
import { projectIdOf } from '../../core/names.ts';
import type { Kind } from './containers.ts';

const testPermissions = (kind: Kind, version: 'v1' | 'v3'): Action => ({
  api: 'cloudresourcemanager',
  method: `${kind}.testIamPermissions`,
  verb: 'POST',
  path: `/${version}/${kind}/{id}:testIamPermissions`,
  run(state, { params: { id = '' }, body, caller }) {
    const name = `${kind}/${kind === 'projects' ? projectIdOf(state, id) : id}`;
    return testIamPermissions(state, caller, name, body);
  },
});

/** @see https://cloud.google.com/resource-manager/reference/rest/v3/projects/testIamPermissions */
export const testProjectIamPermissions = testPermissions('projects', 'v3');
/** @see https://cloud.google.com/resource-manager/reference/rest/v3/folders/testIamPermissions */
export const testFolderIamPermissions = testPermissions('folders', 'v3');
/** @see https://cloud.google.com/resource-manager/reference/rest/v3/organizations/testIamPermissions */
export const testOrganizationIamPermissions = testPermissions('organizations', 'v3');
/** @see https://cloud.google.com/resource-manager/reference/rest/v1/projects/testIamPermissions */
export const testProjectIamPermissionsV1 = testPermissions('projects', 'v1');
