import { authorize } from '../../authorization/authorize.ts';
import { ApiError } from '../../core/api-error.ts';
import type { ApiMethod } from '../../core/api-method.ts';
import { projectIdOf, withProjectNumber } from '../../core/projects.ts';
import type { State } from '../../state/state.ts';

/** Some of Google's locations for regional secrets. */
const LOCATIONS = [
  'asia-northeast1',
  'asia-southeast1',
  'australia-southeast1',
  'europe-north1',
  'europe-west1',
  'europe-west2',
  'europe-west3',
  'europe-west4',
  'europe-west6',
  'europe-west9',
  'northamerica-northeast1',
  'southamerica-east1',
  'us-central1',
  'us-east1',
  'us-east4',
  'us-west1',
];

const toLocation = (state: State, project: string, locationId: string): object => ({
  name: withProjectNumber(state, `projects/${project}/locations/${locationId}`),
  locationId,
});

/** @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.locations/list */
export const listLocations: ApiMethod = {
  api: 'secretmanager',
  name: 'projects.locations.list',
  httpMethod: 'GET',
  path: '/v1/projects/{project}/locations',
  run(state, { params, caller }) {
    const project = projectIdOf(state, params.project ?? '');
    authorize(state, caller, 'secretmanager.locations.list', `projects/${project}`);
    return { locations: LOCATIONS.map((id) => toLocation(state, project, id)) };
  },
};

/** @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.locations/get */
export const getLocation: ApiMethod = {
  api: 'secretmanager',
  name: 'projects.locations.get',
  httpMethod: 'GET',
  path: '/v1/projects/{project}/locations/{location}',
  run(state, { params, caller }) {
    const project = projectIdOf(state, params.project ?? '');
    authorize(state, caller, 'secretmanager.locations.get', `projects/${project}`);
    const id = params.location ?? '';
    if (LOCATIONS.includes(id)) return toLocation(state, project, id);
    throw new ApiError('NOT_FOUND', `Location [${id}] not found.`);
  },
};
