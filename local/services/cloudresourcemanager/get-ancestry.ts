import { ancestryOf } from '../../authorization/hierarchy.ts';
import type { Action } from '../../core/action.ts';
import { containerFor, toResourceId } from './containers.ts';

/** From the project up. @see https://cloud.google.com/resource-manager/reference/rest/v1/projects/getAncestry */
export const getAncestry: Action = {
  api: 'cloudresourcemanager',
  method: 'projects.getAncestry',
  verb: 'POST',
  path: '/v1/projects/{id}:getAncestry',
  run(state, { params: { id = '' }, caller }) {
    const { name } = containerFor(state, caller, 'projects', id, 'get');
    const ancestor = ancestryOf(state, name).map((at) => ({ resourceId: toResourceId(at) }));
    return { ancestor };
  },
};
