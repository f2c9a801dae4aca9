import { authorize } from '../../authorization/authorize.ts';
import { ApiError } from '../../core/api-error.ts';
import type { Principal } from '../../core/principal.ts';
import { projectIdOf } from '../../core/projects.ts';
import type { Project } from '../../state/container.ts';
import type { State } from '../../state/state.ts';

/** The APIs of a project that declares none: all that the local cloud has, and those of an installation. */
const ALL = [
  'artifactregistry',
  'cloudbuild',
  'cloudidentity',
  'cloudresourcemanager',
  'cloudscheduler',
  'compute',
  'iam',
  'iamcredentials',
  'iap',
  'logging',
  'monitoring',
  'orgpolicy',
  'privilegedaccessmanager',
  'pubsub',
  'run',
  'secretmanager',
  'serviceusage',
  'storage',
].map((name) => `${name}.googleapis.com`);

/** @throws {ApiError} 403 without the permission; 404 for a project that does not exist */
export function projectFor(
  state: State,
  caller: Principal | undefined,
  project: string,
  verb: 'get' | 'list' | 'enable',
): Project {
  const id = projectIdOf(state, project);
  authorize(state, caller, `serviceusage.services.${verb}`, `projects/${id}`);
  const found = state.projects.get(id);
  if (!found) throw new ApiError('NOT_FOUND', 'Requested entity was not found.');
  return found;
}

export const enabledServices = ({ services }: Project): readonly string[] => services ?? ALL;

/** @see https://cloud.google.com/service-usage/docs/reference/rest/v1/services#Service */
export function toService(project: Project, service: string): object {
  const parent = `projects/${project.projectNumber}`;
  return {
    name: `${parent}/services/${service}`,
    config: { name: service },
    state: enabledServices(project).includes(service) ? 'ENABLED' : 'DISABLED',
    parent,
  };
}

/** @param name an API, as `run.googleapis.com` @throws {ApiError} 404 for a name that no API has */
export function checkServiceName(name: string): void {
  if (/^[a-z0-9-]+\.googleapis\.com$/.test(name)) return;
  throw new ApiError('NOT_FOUND', `Not found or permission denied for service(s): ${name}.`);
}
