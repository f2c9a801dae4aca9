import { authorize } from '../../authorization/authorize.ts';
import type { Principal } from '../../core/action.ts';
import { projectIdOf } from '../../core/names.ts';
import { Status } from '../../core/status.ts';
import type { Container, State } from '../../state/state.ts';

export type Kind = 'projects' | 'folders' | 'organizations';

/** When a container of a seed came to be, which nobody asks. */
export const CREATED = '2020-01-01T00:00:00Z';

/**
 * The container that a path names, once the caller holds the permission on it. One that is not there is 403, as at Google.
 *
 * @param id a project's ID or number, else a number
 */
export function containerFor(
  state: State,
  caller: Principal | undefined,
  kind: Kind,
  id: string,
  verb: string,
): Container {
  const name = `${kind}/${kind === 'projects' ? projectIdOf(state, id) : id}`;
  authorize(state, caller, `resourcemanager.${kind}.${verb}`, name);
  const container = state[kind].get(name.split('/')[1] ?? '');
  if (container === undefined) throw new Status('NOT_FOUND', 'Requested entity was not found.');
  return container;
}

/** In the form of v3. */
export function toContainer(state: State, container: Container): object {
  const { name, parent, displayName } = container;
  const [kind, id = ''] = name.split('/');
  // v2, in which gcloud reads folders, and v1 call the state by another name.
  const common = {
    state: 'ACTIVE',
    lifecycleState: 'ACTIVE',
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

/** In the form of v1, which gcloud speaks. */
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

/** `folders/8` as v1 writes it, `{type: 'folder', id: '8'}`. */
export function toResourceId(name: string): { type: string; id: string } {
  const [kind = '', id = ''] = name.split('/');
  return { type: kind.slice(0, -1), id };
}
