import { mayDo } from '../../authorization/authorize.ts';
import type { Action, Call } from '../../core/action.ts';
import { pageOf } from '../../core/paging.ts';
import type { Project, State } from '../../state/state.ts';
import { toContainer, toProjectV1 } from './containers.ts';

/** The projects that the caller may get; the query of a search is not looked at. @see https://cloud.google.com/resource-manager/reference/rest/v3/projects/search */
export const searchProjects: Action = {
  api: 'cloudresourcemanager',
  method: 'projects.search',
  verb: 'GET',
  path: '/v3/projects:search',
  run: (state, call) => visible(state, call, (project) => toContainer(state, project)),
};

/** @see https://cloud.google.com/resource-manager/reference/rest/v1/projects/list */
export const listProjectsV1: Action = {
  api: 'cloudresourcemanager',
  method: 'projects.list',
  verb: 'GET',
  path: '/v1/projects',
  run: (state, call) => visible(state, call, (project) => toProjectV1(state, project)),
};

function visible(
  state: State,
  { query, caller }: Call,
  toWire: (project: Project) => object,
): object {
  const projects = [...state.projects.values()]
    .filter(({ name }) => caller && mayDo(state, caller, 'resourcemanager.projects.get', name))
    .sort((a, b) => (a.projectId < b.projectId ? -1 : 1));
  const { page, nextPageToken } = pageOf(projects, query, {
    key: ({ projectId }) => projectId,
    descending: false,
    max: 1000,
    usual: 500,
  });
  return {
    ...(page.length > 0 && { projects: page.map(toWire) }),
    ...(nextPageToken && { nextPageToken }),
  };
}
