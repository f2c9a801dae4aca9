import { authorize } from '../../authorization/authorize.ts';
import type { ApiMethod } from '../../core/api-method.ts';
import { toContainer, toFolderV2 } from './container-resource.ts';

const list = (path: string, toWire: typeof toContainer): ApiMethod => ({
  api: 'cloudresourcemanager',
  name: 'folders.list',
  httpMethod: 'GET',
  path,
  run(state, { query, caller }) {
    const parent = query.get('parent') ?? '';
    authorize(state, caller, 'resourcemanager.folders.list', parent);
    const folders = [...state.folders.values()].filter((folder) => folder.parent === parent);
    return folders.length > 0 ? { folders: folders.map((f) => toWire(state, f)) } : {};
  },
});

/** The folders of one parent, on one page. @see https://cloud.google.com/resource-manager/reference/rest/v3/folders/list */
export const listFolders = list('/v3/folders', toContainer);

/** @see https://cloud.google.com/resource-manager/reference/rest/v2/folders/list */
export const listFoldersV2 = list('/v2/folders', toFolderV2);
