import { z } from 'zod';
import { authorize } from '../../../authorization/authorize.ts';
import { ApiError } from '../../../core/api-error.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { digits } from '../../../core/digits.ts';
import { message, parseMessage } from '../../../core/proto-json.ts';
import { newFolderAudit } from '../audit.ts';
import { toContainer } from '../container-resource.ts';
import { startOperation } from '../operation.ts';

const Body = message({ displayName: z.string().min(3).max(30), parent: z.string() });

/** @see https://cloud.google.com/resource-manager/reference/rest/v3/folders/create */
export const createFolder: ApiMethod = {
  api: 'cloudresourcemanager',
  name: 'folders.create',
  httpMethod: 'POST',
  path: '/v3/folders',
  audit: newFolderAudit,
  run(state, { body, caller }) {
    const { displayName, parent } = parseMessage(Body, body);
    authorize(state, caller, 'resourcemanager.folders.create', parent);
    return startOperation(state, 'CreateFolder', 'Folder', () => {
      const isTaken = [...state.folders.values()].some(
        (folder) => folder.parent === parent && folder.displayName === displayName,
      );
      if (isTaken) throw new ApiError('FAILED_PRECONDITION', 'The display name is not unique.');
      const id = `8${digits(state, 11)}`;
      const createTime = state.now().toISOString();
      const folder = { name: `folders/${id}`, parent, displayName, createTime };
      state.folders.set(id, folder);
      return toContainer(state, folder);
    });
  },
};
