import { authorize } from '../../authorization/authorize.ts';
import { ApiError } from '../../core/api-error.ts';
import type { ApiMethod } from '../../core/api-method.ts';
import { jobAudit } from './audit.ts';
import { checkActAs, parseJob, projectName } from './job-resource.ts';

/** @see https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs/create */
export const createJob: ApiMethod = {
  api: 'cloudscheduler',
  name: 'projects.locations.jobs.create',
  httpMethod: 'POST',
  path: '/v1/projects/{project}/locations/{location}/jobs',
  audit: jobAudit('CreateJob'),
  run(state, { params, body, caller }) {
    const job = parseJob(state, params, body);
    authorize(state, caller, 'cloudscheduler.jobs.create', projectName(state, params));
    checkActAs(state, caller, job);
    if (state.jobs.has(job.name))
      throw new ApiError('ALREADY_EXISTS', `Job ${job.name} already exists.`);
    state.jobs.set(job.name, job);
    for (const listener of state.clockListeners) listener();
    return job;
  },
};
