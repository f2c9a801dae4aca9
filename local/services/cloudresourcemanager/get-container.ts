import type { ApiMethod } from '../../core/api-method.ts';
import { toContainer, toFolderV2, toOrganizationV1, toProjectV1 } from './container-resource.ts';
import { type ApiVersion, type ContainerKind, containerFor } from './containers.ts';

const getContainer = (
  kind: ContainerKind,
  version: ApiVersion,
  toWire: typeof toContainer,
): ApiMethod => ({
  api: 'cloudresourcemanager',
  name: `${kind}.get`,
  httpMethod: 'GET',
  path: `/${version}/${kind}/{id}`,
  run: (state, { params: { id = '' }, caller }) =>
    toWire(state, containerFor(state, caller, kind, id, 'get', version)),
});

/** @see https://cloud.google.com/resource-manager/reference/rest/v3/projects/get */
export const getProject = getContainer('projects', 'v3', toContainer);
/** @see https://cloud.google.com/resource-manager/reference/rest/v3/folders/get */
export const getFolder = getContainer('folders', 'v3', toContainer);
/** @see https://cloud.google.com/resource-manager/reference/rest/v3/organizations/get */
export const getOrganization = getContainer('organizations', 'v3', toContainer);
/** @see https://cloud.google.com/resource-manager/reference/rest/v1/projects/get */
export const getProjectV1 = getContainer('projects', 'v1', toProjectV1);
/** @see https://cloud.google.com/resource-manager/reference/rest/v2/folders/get */
export const getFolderV2 = getContainer('folders', 'v2', toFolderV2);
/** @see https://cloud.google.com/resource-manager/reference/rest/v1/organizations/get */
export const getOrganizationV1 = getContainer('organizations', 'v1', toOrganizationV1);
