import { authorize } from '../../authorization/authorize.ts';
import type { ApiMethod } from '../../core/api-method.ts';
import { existingJob, jobName } from './job-resource.ts';

/** @see https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs/get */
export const getJob: ApiMethod = {
  api: 'cloudscheduler',
  name: 'projects.locations.jobs.get',
  httpMethod: 'GET',
  path: '/v1/projects/{project}/locations/{location}/jobs/{job}',
  run(state, { params, caller }) {
    const name = jobName(state, params);
    authorize(state, caller, 'cloudscheduler.jobs.get', name);
    return existingJob(state, name);
  },
};
