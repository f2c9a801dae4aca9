import type { ApiMethod } from '../../core/api-method.ts';
import { type ContainerKind, containerFor, toContainer, toProjectV1 } from './containers.ts';

const getContainer = (kind: ContainerKind): ApiMethod => ({
  api: 'cloudresourcemanager',
  name: `${kind}.get`,
  httpMethod: 'GET',
  path: `/v3/${kind}/{id}`,
  run: (state, { params: { id = '' }, caller }) =>
    toContainer(state, containerFor(state, caller, kind, id, 'get')),
});

/** @see https://cloud.google.com/resource-manager/reference/rest/v3/projects/get */
export const getProject = getContainer('projects');
/** @see https://cloud.google.com/resource-manager/reference/rest/v3/folders/get */
export const getFolder = getContainer('folders');
/** @see https://cloud.google.com/resource-manager/reference/rest/v3/organizations/get */
export const getOrganization = getContainer('organizations');

/** @see https://cloud.google.com/resource-manager/reference/rest/v1/projects/get */
export const getProjectV1: ApiMethod = {
  ...getProject,
  path: '/v1/projects/{id}',
  run: (state, { params: { id = '' }, caller }) =>
    toProjectV1(state, containerFor(state, caller, 'projects', id, 'get')),
};

/** @see https://cloud.google.com/resource-manager/reference/rest/v2/folders/get */
export const getFolderV2: ApiMethod = { ...getFolder, path: '/v2/folders/{id}' };
/** @see https://cloud.google.com/resource-manager/reference/rest/v1/organizations/get */
export const getOrganizationV1: ApiMethod = { ...getOrganization, path: '/v1/organizations/{id}' };
