import { authorize } from '../../authorization/authorize.ts';
import type { ApiMethod } from '../../core/api-method.ts';
import { projectIdOf } from '../../core/projects.ts';
import { toKnativeService } from './service-resource.ts';

/**
 * The services of a region; with `-` for the region, of every region, as `gcloud run services list` asks.
 *
 * @see https://cloud.google.com/run/docs/reference/rest/v1/projects.locations.services/list
 */
export const listServices: ApiMethod = {
  api: 'run',
  name: 'projects.locations.services.list',
  httpMethod: 'GET',
  path: '/v1/projects/{project}/locations/{location}/services',
  run(state, { params: { project = '', location = '' }, caller }) {
    const parent = `projects/${projectIdOf(state, project)}`;
    authorize(state, caller, 'run.services.list', parent);
    const within = location === '-' ? `${parent}/locations/` : `${parent}/locations/${location}/`;
    const items = [...state.runServices.values()]
      .filter(({ name }) => name.startsWith(within))
      .map((service) => toKnativeService(state, service));
    return {
      apiVersion: 'serving.knative.dev/v1',
      kind: 'ServiceList',
      metadata: {},
      ...(items.length > 0 && { items }),
    };
  },
};
