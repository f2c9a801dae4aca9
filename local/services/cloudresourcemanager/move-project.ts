import { z } from 'zod';
import { authorize } from '../../authorization/authorize.ts';
import { ApiError } from '../../core/api-error.ts';
import type { ApiMethod } from '../../core/api-method.ts';
import { message, parseMessage } from '../../core/proto-json.ts';
import { moveAudit } from './audit.ts';
import { containerFor, toContainer } from './containers.ts';
import { finishedOperation } from './operation.ts';

const Body = message({ destinationParent: z.string() });
const MOVE = 'resourcemanager.projects.move';

/**
 * Moves a project below a folder or an organization. The caller needs the permission on the project, and on the parents before and after.
 *
 * @see https://cloud.google.com/resource-manager/reference/rest/v3/projects/move
 */
export const moveProject: ApiMethod = {
  api: 'cloudresourcemanager',
  name: 'projects.move',
  httpMethod: 'POST',
  path: '/v3/projects/{id}:move',
  audit: moveAudit,
  run(state, { params: { id = '' }, body, caller }) {
    const { destinationParent } = parseMessage(Body, body);
    const { name } = containerFor(state, caller, 'projects', id, 'move');
    const project = state.projects.get(name.split('/')[1] ?? '');
    const [kind, parentId = ''] = destinationParent.split('/');
    const parents = { folders: state.folders, organizations: state.organizations };
    if (kind !== 'folders' && kind !== 'organizations') {
      throw new ApiError('INVALID_ARGUMENT', 'field [destination_parent] has issue [invalid]');
    }
    authorize(state, caller, MOVE, destinationParent);
    if (project?.parent === undefined) {
      authorize(state, caller, 'resourcemanager.projects.setIamPolicy', name);
    } else {
      authorize(state, caller, MOVE, project.parent);
    }
    if (!project || !parents[kind].has(parentId)) {
      throw new ApiError('NOT_FOUND', 'Requested entity was not found.');
    }
    project.parent = destinationParent;
    return finishedOperation('Project', toContainer(state, project));
  },
};
