import { authorize } from '../../authorization/authorize.ts';
import type { ApiMethod } from '../../core/api-method.ts';
import { toContainer } from './containers.ts';

/** The folders of one parent, on one page. @see https://cloud.google.com/resource-manager/reference/rest/v3/folders/list */
export const listFolders: ApiMethod = {
  api: 'cloudresourcemanager',
  name: 'folders.list',
  httpMethod: 'GET',
  path: '/v3/folders',
  run(state, { query, caller }) {
    const parent = query.get('parent') ?? '';
    authorize(state, caller, 'resourcemanager.folders.list', parent);
    const folders = [...state.folders.values()].filter((folder) => folder.parent === parent);
    return folders.length > 0 ? { folders: folders.map((f) => toContainer(state, f)) } : {};
  },
};

/** @see https://cloud.google.com/resource-manager/reference/rest/v2/folders/list */
export const listFoldersV2: ApiMethod = { ...listFolders, path: '/v2/folders' };
