import { authorize } from '../../authorization/authorize.ts';
import { ApiError } from '../../core/api-error.ts';
import type { Principal } from '../../core/principal.ts';
import { projectIdOf } from '../../core/projects.ts';
import type { Container } from '../../state/container.ts';
import type { State } from '../../state/state.ts';

export type ContainerKind = 'projects' | 'folders' | 'organizations';

/** The state does not record when a container was created. */
const CREATED = '2020-01-01T00:00:00Z';

/** @param id a project's ID or number; the number of a folder or an organization */
export const containerName = (state: State, kind: ContainerKind, id: string): string =>
  `${kind}/${kind === 'projects' ? projectIdOf(state, id) : id}`;

/**
 * The container that a path names.
 *
 * @param id a project's ID or number; the number of a folder or an organization
 * @param verb of the permission that the caller needs on the container
 * @throws {ApiError} 403, also for a container that does not exist, as at Google
 */
export function containerFor(
  state: State,
  caller: Principal | undefined,
  kind: ContainerKind,
  id: string,
  verb: string,
): Container {
  const name = containerName(state, kind, id);
  authorize(state, caller, `resourcemanager.${kind}.${verb}`, name);
  const container = state[kind].get(name.split('/')[1] ?? '');
  if (container === undefined) throw new ApiError('NOT_FOUND', 'Requested entity was not found.');
  return container;
}

/** The resource as v3 sends it. */
export function toContainer(state: State, container: Container): object {
  const { name, parent, displayName } = container;
  const [kind, id = ''] = name.split('/');
  const common = {
    state: 'ACTIVE',
    lifecycleState: 'ACTIVE', // what v1 and v2 call `state`; gcloud reads folders with v2
    createTime: CREATED,
    updateTime: CREATED,
  };
  const etag = { etag: 'W/"0000000000000000"' };
  const project = kind === 'projects' ? state.projects.get(id) : undefined;
  if (project === undefined) {
    return { name, ...(parent && { parent }), displayName: displayName ?? id, ...common, ...etag };
  }
  return {
    name: `projects/${project.projectNumber}`,
    ...(parent && { parent }),
    projectId: project.projectId,
    displayName: displayName ?? project.projectId,
    ...common,
    ...etag,
  };
}

/** The project as v1 sends it. gcloud uses v1. */
export function toProjectV1(state: State, { name, parent, displayName }: Container): object {
  const [, id = ''] = name.split('/');
  return {
    projectNumber: state.projects.get(id)?.projectNumber,
    projectId: id,
    lifecycleState: 'ACTIVE',
    name: displayName ?? id,
    createTime: CREATED,
    ...(parent && { parent: toResourceId(parent) }),
  };
}

/** `folders/8` as v1 writes it: `{type: 'folder', id: '8'}`. */
export function toResourceId(name: string): { type: string; id: string } {
  const [kind = '', id = ''] = name.split('/');
  return { type: kind.slice(0, -1), id };
}
