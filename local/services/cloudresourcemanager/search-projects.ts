import { hasPermission } from '../../authorization/authorize.ts';
import type { ApiMethod } from '../../core/api-method.ts';
import type { Call } from '../../core/call.ts';
import { pageOf } from '../../core/paging.ts';
import type { Project } from '../../state/container.ts';
import type { State } from '../../state/state.ts';
import { toContainer, toProjectV1 } from './container-resource.ts';

/** The projects that the caller may get. The query is ignored. @see https://cloud.google.com/resource-manager/reference/rest/v3/projects/search */
export const searchProjects: ApiMethod = {
  api: 'cloudresourcemanager',
  name: 'projects.search',
  httpMethod: 'GET',
  path: '/v3/projects:search',
  run: (state, call) => visibleProjects(state, call, (project) => toContainer(state, project)),
};

/** @see https://cloud.google.com/resource-manager/reference/rest/v1/projects/list */
export const listProjectsV1: ApiMethod = {
  api: 'cloudresourcemanager',
  name: 'projects.list',
  httpMethod: 'GET',
  path: '/v1/projects',
  run: (state, call) => visibleProjects(state, call, (project) => toProjectV1(state, project)),
};

function visibleProjects(
  state: State,
  { query, caller }: Call,
  toWire: (project: Project) => object,
): object {
  const projects = [...state.projects.values()]
    .filter(
      ({ name }) => caller && hasPermission(state, caller, 'resourcemanager.projects.get', name),
    )
    .sort((a, b) => (a.projectId < b.projectId ? -1 : 1));
  const { page, nextPageToken } = pageOf(projects, query, {
    key: ({ projectId }) => projectId,
    descending: false,
    maxSize: 1000,
    defaultSize: 500,
  });
  return {
    ...(page.length > 0 && { projects: page.map(toWire) }),
    ...(nextPageToken && { nextPageToken }),
  };
}
