import { authorize } from '../../authorization/authorize.ts';
import type { ApiMethod } from '../../core/api-method.ts';
import { jobAudit } from './audit.ts';
import { existingJob, jobName } from './job-resource.ts';

/** @see https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs/pause */
export const pauseJob: ApiMethod = {
  api: 'cloudscheduler',
  name: 'projects.locations.jobs.pause',
  httpMethod: 'POST',
  path: '/v1/projects/{project}/locations/{location}/jobs/{job}:pause',
  audit: jobAudit('PauseJob'),
  run(state, { params, caller }) {
    const name = jobName(state, params);
    authorize(state, caller, 'cloudscheduler.jobs.pause', name);
    return Object.assign(existingJob(state, name), { state: 'PAUSED' });
  },
};
