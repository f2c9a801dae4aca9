import { authorize } from '../../authorization/authorize.ts';
import type { ApiMethod } from '../../core/api-method.ts';
import { jobAudit } from './audit.ts';
import { existingJob, jobName } from './job-resource.ts';
import { nextRun } from './scheduler.ts';

/** The job next runs at the next time of its schedule. Missed runs are not made up. @see https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs/resume */
export const resumeJob: ApiMethod = {
  api: 'cloudscheduler',
  name: 'projects.locations.jobs.resume',
  httpMethod: 'POST',
  path: '/v1/projects/{project}/locations/{location}/jobs/{job}:resume',
  audit: jobAudit('ResumeJob'),
  run(state, { params, caller }) {
    const name = jobName(state, params);
    authorize(state, caller, 'cloudscheduler.jobs.enable', name);
    const job = existingJob(state, name);
    const scheduleTime = nextRun(job, state.now());
    Object.assign(job, { state: 'ENABLED', scheduleTime });
    for (const listener of state.clockListeners) listener();
    return job;
  },
};
