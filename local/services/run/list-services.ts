import { authorize } from '../../authorization/authorize.ts';
import { requireService } from '../../authorization/service-usage.ts';
import type { ApiMethod } from '../../core/api-method.ts';
import { projectIdOf } from '../../core/projects.ts';
import type { RunService } from '../../state/run-service.ts';
import type { Workload } from '../../state/workload.ts';
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
    requireService(state, parent, 'run.googleapis.com');
    const within = location === '-' ? `${parent}/locations/` : `${parent}/locations/${location}/`;
    const workloads = [...state.workloads.values()].filter(({ name }) => SERVICE.test(name));
    const items = [...state.runServices.values(), ...workloads.map(asService)]
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

const SERVICE = /^projects\/[^/]+\/locations\/[^/]+\/services\//;

/** A world may say nothing of a service but what it runs as. */
const asService = ({ name, serviceAccount }: Workload): RunService => ({
  name,
  serviceAccount,
  image: 'us-docker.pkg.dev/cloudrun/container/hello',
  ingress: 'all',
  urls: [],
});
