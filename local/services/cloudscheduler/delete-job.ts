import { authorize } from '../../authorization/authorize.ts';
import type { ApiMethod } from '../../core/api-method.ts';
import { jobAudit } from './audit.ts';
import { existingJob, jobName } from './job-resource.ts';

/** @see https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs/delete */
export const deleteJob: ApiMethod = {
  api: 'cloudscheduler',
  name: 'projects.locations.jobs.delete',
  httpMethod: 'DELETE',
  path: '/v1/projects/{project}/locations/{location}/jobs/{job}',
  audit: jobAudit('DeleteJob'),
  run(state, { params, caller }) {
    const name = jobName(state, params);
    authorize(state, caller, 'cloudscheduler.jobs.delete', name);
    state.jobs.delete(existingJob(state, name).name);
    return {};
  },
};
