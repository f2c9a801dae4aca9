import { authorize } from '../../authorization/authorize.ts';
import type { Action } from '../../core/action.ts';
import { pageOf } from '../../core/paging.ts';
import type { Job } from '../../state/state.ts';
import { parentOf } from './job.ts';

/** @see https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs/list */
export const listJobs: Action = {
  api: 'cloudscheduler',
  method: 'projects.locations.jobs.list',
  verb: 'GET',
  path: '/v1/projects/{project}/locations/{location}/jobs',
  run(state, { params, query, caller }) {
    const parent = parentOf(state, params);
    authorize(state, caller, 'cloudscheduler.jobs.list', parent);
    const jobs = [...state.jobs.values()]
      .filter(({ name }) => name.startsWith(`${parent}/locations/${params.location}/`))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const list = { key: ({ name }: Job) => name, descending: false, max: 500, usual: 500 };
    const { page, ...token } = pageOf(jobs, query, list);
    return { ...(page.length > 0 && { jobs: page }), ...token };
  },
};
