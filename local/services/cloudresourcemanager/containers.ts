import { permissionDenied, unauthenticated } from '../../authorization/access-errors.ts';
import { isAuthorized } from '../../authorization/authorize.ts';
import { ApiError } from '../../core/api-error.ts';
import type { Principal } from '../../core/principal.ts';
import { projectIdOf } from '../../core/projects.ts';
import type { Container } from '../../state/container.ts';
import type { State } from '../../state/state.ts';

/** gcloud uses v1 for projects and organizations, and v2 for folders. */
export type ApiVersion = 'v1' | 'v2' | 'v3';
export type ContainerKind = 'projects' | 'folders' | 'organizations';

/** @param id a project's ID or number; the number of a folder or an organization */
export const containerName = (state: State, kind: ContainerKind, id: string): string =>
  `${kind}/${kind === 'projects' ? projectIdOf(state, id) : id}`;

/**
 * The container that a path names.
 *
 * @param id a project's ID or number; the number of a folder or an organization
 * @param verb of the permission that the caller needs on the container
 * @param version decides the wording of the 403
 * @throws {ApiError} 403, also for a container that does not exist, as at Google
 */
export function containerFor(
  state: State,
  caller: Principal | undefined,
  kind: ContainerKind,
  id: string,
  verb: string,
  version: ApiVersion,
): Container {
  if (caller === undefined) throw unauthenticated('CREDENTIALS_MISSING');
  const name = containerName(state, kind, id);
  const permission = `resourcemanager.${kind}.${verb}`;
  if (!isAuthorized(state, caller, permission, name)) {
    throw version === 'v3'
      ? permissionDenied(state, permission, `//cloudresourcemanager.googleapis.com/${kind}/${id}`)
      : new ApiError('PERMISSION_DENIED', 'The caller does not have permission');
  }
  const container = state[kind].get(name.split('/')[1] ?? '');
  if (container === undefined) throw new ApiError('NOT_FOUND', 'Requested entity was not found.');
  return container;
}
