import type { ApiMethod } from '../../core/api-method.ts';

/**
 * The same method of a regional secret. At Google it has an endpoint of its own, `secretmanager.LOCATION.rep.googleapis.com`.
 *
 * @see https://cloud.google.com/secret-manager/regional-secrets/regional-secrets-overview
 */
export const regional = (method: ApiMethod): ApiMethod => ({
  ...method,
  name: method.name.replace('projects.', 'projects.locations.'),
  path: method.path.replace('{project}/', '{project}/locations/{location}/'),
});
