import { authorize, mayDo } from '../../authorization/authorize.ts';
import type { Action } from '../../core/action.ts';
import { toContainer } from './containers.ts';

/** Those of one parent, on one page. @see https://cloud.google.com/resource-manager/reference/rest/v3/folders/list */
export const listFolders: Action = {
  api: 'cloudresourcemanager',
  method: 'folders.list',
  verb: 'GET',
  path: '/v3/folders',
  run(state, { query, caller }) {
    const parent = query.get('parent') ?? '';
    authorize(state, caller, 'resourcemanager.folders.list', parent);
    const folders = [...state.folders.values()].filter((folder) => folder.parent === parent);
    return folders.length > 0 ? { folders: folders.map((f) => toContainer(state, f)) } : {};
  },
};

/** @see https://cloud.google.com/resource-manager/reference/rest/v2/folders/list */
export const listFoldersV2: Action = { ...listFolders, path: '/v2/folders' };

/** Those that the caller may get; the query is not looked at. @see https://cloud.google.com/resource-manager/reference/rest/v3/organizations/search */
export const searchOrganizations: Action = {
  api: 'cloudresourcemanager',
  method: 'organizations.search',
  verb: 'GET',
  path: '/v3/organizations:search',
  run(state, { caller }) {
    const organizations = [...state.organizations.values()]
      .filter(
        ({ name }) => caller && mayDo(state, caller, 'resourcemanager.organizations.get', name),
      )
      .map((organization) => toContainer(state, organization));
    return organizations.length > 0 ? { organizations } : {};
  },
};

/** @see https://cloud.google.com/resource-manager/reference/rest/v1/organizations/search */
export const searchOrganizationsV1: Action = {
  ...searchOrganizations,
  verb: 'POST',
  path: '/v1/organizations:search',
};
