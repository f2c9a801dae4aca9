import { authorize } from '../../authorization/authorize.ts';
import type { ApiMethod } from '../../core/api-method.ts';
import { toContainer } from './container-resource.ts';

/** The projects directly below one parent, on one page. @see https://cloud.google.com/resource-manager/reference/rest/v3/projects/list */
export const listProjects: ApiMethod = {
  api: 'cloudresourcemanager',
  name: 'projects.list',
  httpMethod: 'GET',
  path: '/v3/projects',
  run(state, { query, caller }) {
    const parent = query.get('parent') ?? '';
    authorize(state, caller, 'resourcemanager.projects.list', parent);
    const projects = [...state.projects.values()].filter((project) => project.parent === parent);
    return projects.length > 0 ? { projects: projects.map((p) => toContainer(state, p)) } : {};
  },
};
