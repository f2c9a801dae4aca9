import { ApiError } from '../../../core/api-error.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import type { Call } from '../../../core/call.ts';
import type { Container } from '../../../state/container.ts';
import type { State } from '../../../state/state.ts';
import { lifecycleAudit } from '../audit.ts';
import { toContainer } from '../container-resource.ts';
import { type ApiVersion, type ContainerKind, containerFor } from '../containers.ts';
import { startOperation } from '../operation.ts';

type Kind = Exclude<ContainerKind, 'organizations'>;
type Change = 'delete' | 'undelete';

/** Marks the container for deletion, or takes the mark away. */
function change(
  state: State,
  { params, caller }: Call,
  kind: Kind,
  verb: Change,
  version: ApiVersion,
): Container {
  const container = containerFor(state, caller, kind, params.id ?? '', verb, version);
  const isDeleted = container.deleteTime !== undefined;
  if (isDeleted === (verb === 'delete')) {
    const wanted = isDeleted ? 'ACTIVE' : 'DELETE_REQUESTED';
    throw new ApiError('FAILED_PRECONDITION', `The ${kind.slice(0, -1)} must be ${wanted}.`);
  }
  if (verb === 'delete' && kind === 'folders') checkIsEmpty(state, container);
  const now = state.now().toISOString();
  container.updateTime = now;
  if (verb === 'delete') container.deleteTime = now;
  else delete container.deleteTime;
  return container;
}

function checkIsEmpty(state: State, { name }: Container): void {
  const children = [...state.projects.values(), ...state.folders.values()];
  const isParent = children.some(({ parent, deleteTime }) => parent === name && !deleteTime);
  if (isParent) {
    throw new ApiError('FAILED_PRECONDITION', 'Folder contains non-deleted resources.');
  }
}

const ofV3 = (kind: Kind, verb: Change): ApiMethod => {
  const noun = kind === 'projects' ? 'Project' : 'Folder';
  const rpc = `${verb === 'delete' ? 'Delete' : 'Undelete'}${noun}`;
  return {
    api: 'cloudresourcemanager',
    name: `${kind}.${verb}`,
    httpMethod: verb === 'delete' ? 'DELETE' : 'POST',
    path: `/v3/${kind}/{id}${verb === 'delete' ? '' : ':undelete'}`,
    audit: lifecycleAudit(kind, rpc),
    run: (state, call) => {
      const container = change(state, call, kind, verb, 'v3');
      return startOperation(state, rpc, noun, () => toContainer(state, container));
    },
  };
};

/** @see https://cloud.google.com/resource-manager/reference/rest/v3/projects/delete */
export const deleteProject = ofV3('projects', 'delete');
/** @see https://cloud.google.com/resource-manager/reference/rest/v3/projects/undelete */
export const undeleteProject = ofV3('projects', 'undelete');
/** Only an empty folder can be deleted. @see https://cloud.google.com/resource-manager/reference/rest/v3/folders/delete */
export const deleteFolder = ofV3('folders', 'delete');
/** @see https://cloud.google.com/resource-manager/reference/rest/v3/folders/undelete */
export const undeleteFolder = ofV3('folders', 'undelete');

const ofV1 = (method: ApiMethod, verb: Change): ApiMethod => ({
  ...method,
  path: method.path.replace('/v3/', '/v1/'),
  audit: lifecycleAudit('projects', verb === 'delete' ? 'DeleteProject' : 'UndeleteProject', 'v1'),
  run: (state, call) => {
    change(state, call, 'projects', verb, 'v1');
    return {};
  },
});

/** gcloud uses it. @see https://cloud.google.com/resource-manager/reference/rest/v1/projects/delete */
export const deleteProjectV1 = ofV1(deleteProject, 'delete');
/** gcloud uses it. @see https://cloud.google.com/resource-manager/reference/rest/v1/projects/undelete */
export const undeleteProjectV1 = ofV1(undeleteProject, 'undelete');
