import { authorize } from '../../authorization/authorize.ts';
import type { Action } from '../../core/action.ts';
import { existingJob, jobName } from './job.ts';
import { runJob } from './scheduler.ts';

/** At once, beside its schedule. @see https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs/run */
export const runJobNow: Action = {
  api: 'cloudscheduler',
  method: 'projects.locations.jobs.run',
  verb: 'POST',
  path: '/v1/projects/{project}/locations/{location}/jobs/{job}:run',
  run(state, { params, caller }) {
    const name = jobName(state, params);
    authorize(state, caller, 'cloudscheduler.jobs.run', name);
    const job = existingJob(state, name);
    runJob(state, job);
    return job;
  },
};
