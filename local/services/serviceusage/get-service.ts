import { ApiError } from '../../core/api-error.ts';
import type { ApiMethod } from '../../core/api-method.ts';
import { checkServiceName, projectFor, toService } from './service-resource.ts';

/** @see https://cloud.google.com/service-usage/docs/reference/rest/v1/services/get */
export const getService: ApiMethod = {
  api: 'serviceusage',
  name: 'services.get',
  httpMethod: 'GET',
  path: '/v1/projects/{project}/services/{service}',
  run(state, { params: { project = '', service = '' }, caller }) {
    const found = projectFor(state, caller, project, 'get');
    checkServiceName(service);
    return toService(found, service);
  },
};

/** The most names in one request. */
const BATCH_MAX = 30;

/** @see https://cloud.google.com/service-usage/docs/reference/rest/v1/services/batchGet */
export const batchGetServices: ApiMethod = {
  api: 'serviceusage',
  name: 'services.batchGet',
  httpMethod: 'GET',
  path: '/v1/projects/{project}/services:batchGet',
  run(state, { params: { project = '' }, query, caller }) {
    const found = projectFor(state, caller, project, 'get');
    const names = query.getAll('names').map((name) => {
      const [, parent, service] = /^projects\/([^/]+)\/services\/([^/]+)$/.exec(name) ?? [];
      if (
        parent === undefined ||
        service === undefined ||
        ![found.projectId, found.projectNumber].includes(parent)
      ) {
        throw new ApiError('INVALID_ARGUMENT', `Invalid service name: ${name}.`);
      }
      checkServiceName(service);
      return service;
    });
    if (names.length === 0 || names.length > BATCH_MAX) {
      throw new ApiError('INVALID_ARGUMENT', `names must have 1 to ${BATCH_MAX} elements.`);
    }
    return { services: names.map((name) => toService(found, name)) };
  },
};
