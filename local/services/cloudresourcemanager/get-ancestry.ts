import { ancestryOf } from '../../authorization/ancestry.ts';
import type { ApiMethod } from '../../core/api-method.ts';
import { DATA_ACCESS } from '../../core/audited.ts';
import { toResourceId } from './container-resource.ts';
import { containerFor } from './containers.ts';

/** From the project up to the organization. @see https://cloud.google.com/resource-manager/reference/rest/v1/projects/getAncestry */
export const getAncestry: ApiMethod = {
  api: 'cloudresourcemanager',
  name: 'projects.getAncestry',
  httpMethod: 'POST',
  path: '/v1/projects/{id}:getAncestry',
  audit: DATA_ACCESS,
  run(state, { params: { id = '' }, caller }) {
    const { name } = containerFor(state, caller, 'projects', id, 'get', 'v1');
    const ancestor = ancestryOf(state, name).map((container) => ({
      resourceId: toResourceId(container),
    }));
    return { ancestor };
  },
};
