import type { Action } from '../../core/action.ts';
import { containerFor, type Kind, toContainer, toProjectV1 } from './containers.ts';

const get = (kind: Kind): Action => ({
  api: 'cloudresourcemanager',
  method: `${kind}.get`,
  verb: 'GET',
  path: `/v3/${kind}/{id}`,
  run: (state, { params: { id = '' }, caller }) =>
    toContainer(state, containerFor(state, caller, kind, id, 'get')),
});

/** @see https://cloud.google.com/resource-manager/reference/rest/v3/projects/get */
export const getProject = get('projects');
/** @see https://cloud.google.com/resource-manager/reference/rest/v3/folders/get */
export const getFolder = get('folders');
/** @see https://cloud.google.com/resource-manager/reference/rest/v3/organizations/get */
export const getOrganization = get('organizations');

/** @see https://cloud.google.com/resource-manager/reference/rest/v1/projects/get */
export const getProjectV1: Action = {
  ...getProject,
  path: '/v1/projects/{id}',
  run: (state, { params: { id = '' }, caller }) =>
    toProjectV1(state, containerFor(state, caller, 'projects', id, 'get')),
};

/** @see https://cloud.google.com/resource-manager/reference/rest/v2/folders/get */
export const getFolderV2: Action = { ...getFolder, path: '/v2/folders/{id}' };
/** @see https://cloud.google.com/resource-manager/reference/rest/v1/organizations/get */
export const getOrganizationV1: Action = { ...getOrganization, path: '/v1/organizations/{id}' };
