import { testIamPermissions } from '../../authorization/test-iam-permissions.ts';
import type { ApiMethod } from '../../core/api-method.ts';
import { DATA_ACCESS } from '../../core/audited.ts';
import { type ContainerKind, containerName } from './containers.ts';

const testPermissions = (kind: ContainerKind, version: 'v1' | 'v3'): ApiMethod => ({
  api: 'cloudresourcemanager',
  name: `${kind}.testIamPermissions`,
  httpMethod: 'POST',
  path: `/${version}/${kind}/{id}:testIamPermissions`,
  audit: DATA_ACCESS,
  run(state, { params: { id = '' }, body, caller }) {
    const name = containerName(state, kind, id);
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
