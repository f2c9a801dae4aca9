import { authorize } from '../../authorization/authorize.ts';
import type { ApiMethod } from '../../core/api-method.ts';
import { jobAudit } from './audit.ts';
import { existingJob, jobName } from './job-resource.ts';
import { runJob } from './scheduler.ts';

/** Runs the job at once, in addition to its schedule. @see https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs/run */
export const runJobNow: ApiMethod = {
  api: 'cloudscheduler',
  name: 'projects.locations.jobs.run',
  httpMethod: 'POST',
  path: '/v1/projects/{project}/locations/{location}/jobs/{job}:run',
  audit: jobAudit('RunJob'),
  run(state, { params, caller }) {
    const name = jobName(state, params);
    authorize(state, caller, 'cloudscheduler.jobs.run', name);
    const job = existingJob(state, name);
    runJob(state, job);
    return job;
  },
};
