import { authorize } from '../../authorization/authorize.ts';
import type { ApiMethod } from '../../core/api-method.ts';
import { pageOf } from '../../core/paging.ts';
import type { Job } from '../../state/job.ts';

import { projectName } from './job-resource.ts';

/** @see https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs/list */
export const listJobs: ApiMethod = {
  api: 'cloudscheduler',
  name: 'projects.locations.jobs.list',
  httpMethod: 'GET',
  path: '/v1/projects/{project}/locations/{location}/jobs',
  run(state, { params, query, caller }) {
    const parent = projectName(state, params);
    authorize(state, caller, 'cloudscheduler.jobs.list', parent);
    const jobs = [...state.jobs.values()]
      .filter(({ name }) => name.startsWith(`${parent}/locations/${params.location}/`))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const list = {
      key: ({ name }: Job) => name,
      descending: false,
      maxSize: 500,
      defaultSize: 500,
    };
    const { page, ...token } = pageOf(jobs, query, list);
    return { ...(page.length > 0 && { jobs: page }), ...token };
  },
};
