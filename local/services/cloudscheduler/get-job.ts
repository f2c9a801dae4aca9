import { authorize } from '../../authorization/authorize.ts';
import type { Action } from '../../core/action.ts';
import { existingJob, jobName } from './job.ts';

/** @see https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs/get */
export const getJob: Action = {
  api: 'cloudscheduler',
  method: 'projects.locations.jobs.get',
  verb: 'GET',
  path: '/v1/projects/{project}/locations/{location}/jobs/{job}',
  run(state, { params, caller }) {
    const name = jobName(state, params);
    authorize(state, caller, 'cloudscheduler.jobs.get', name);
    return existingJob(state, name);
  },
};
