import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { authorize } from '../../../authorization/authorize.ts';
import { ApiError } from '../../../core/api-error.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import type { Principal } from '../../../core/principal.ts';
import { int64, message, parseMessage } from '../../../core/proto-json.ts';
import type { Project } from '../../../state/container.ts';
import type { State } from '../../../state/state.ts';
import { moveAudit, updateProjectAudit } from '../audit.ts';
import { toContainer, toProjectV1 } from '../container-resource.ts';
import { type ApiVersion, containerFor } from '../containers.ts';
import { startOperation } from '../operation.ts';

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
    const project = move(state, caller, id, destinationParent, 'v3');
    return startOperation(state, 'MoveProject', 'Project', () => toContainer(state, project));
  },
};

const BodyV1 = message({
  projectId: z.string().optional(),
  projectNumber: int64.optional(),
  lifecycleState: z.string().optional(),
  createTime: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
  name: z.string().exactOptional(),
  parent: message({ type: z.enum(['folder', 'organization']), id: z.string() }).optional(),
});

/** Changes the name and the labels, and moves the project. gcloud uses it. @see https://cloud.google.com/resource-manager/reference/rest/v1/projects/update */
export const updateProjectV1: ApiMethod = {
  api: 'cloudresourcemanager',
  name: 'projects.update',
  httpMethod: 'PUT',
  path: '/v1/projects/{id}',
  audit: updateProjectAudit,
  run(state, { params: { id = '' }, body, caller }) {
    const { name, parent, labels } = parseMessage(BodyV1, body);
    const { name: resource } = containerFor(state, caller, 'projects', id, 'get', 'v1');
    const current = projectNamed(state, resource);
    const to = parent && `${parent.type}s/${parent.id}`;
    if (to !== undefined && to !== current.parent) move(state, caller, id, to, 'v1');
    const isRenamed = name !== undefined && name !== current.displayName;
    const isRelabelled = labels !== undefined && !isDeepStrictEqual(labels, current.labels);
    if (isRenamed || isRelabelled) {
      containerFor(state, caller, 'projects', id, 'update', 'v1');
      if (isRenamed) current.displayName = name;
      if (isRelabelled) current.labels = labels;
      current.updateTime = state.now().toISOString();
    }
    return toProjectV1(state, current);
  },
};

function move(
  state: State,
  caller: Principal | undefined,
  id: string,
  to: string,
  version: ApiVersion,
): Project {
  const { name } = containerFor(state, caller, 'projects', id, 'move', version);
  const project = projectNamed(state, name);
  const [kind, parentId = ''] = to.split('/');
  if (kind !== 'folders' && kind !== 'organizations') {
    throw new ApiError('INVALID_ARGUMENT', 'field [destination_parent] has issue [invalid]');
  }
  authorize(state, caller, MOVE, to);
  if (project.parent !== undefined) authorize(state, caller, MOVE, project.parent);
  else authorize(state, caller, 'resourcemanager.projects.setIamPolicy', name);
  if (!state[kind].has(parentId)) {
    throw new ApiError('NOT_FOUND', 'Requested entity was not found.');
  }
  project.parent = to;
  project.updateTime = state.now().toISOString();
  return project;
}

function projectNamed(state: State, name: string): Project {
  const project = state.projects.get(name.split('/')[1] ?? '');
  if (project === undefined) throw new ApiError('NOT_FOUND', 'Requested entity was not found.');
  return project;
}
