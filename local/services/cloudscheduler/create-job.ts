import { authorize } from '../../authorization/authorize.ts';
import type { Action } from '../../core/action.ts';
import { Status } from '../../core/status.ts';
import { jobOf, parentOf } from './job.ts';

/** @see https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs/create */
export const createJob: Action = {
  api: 'cloudscheduler',
  method: 'projects.locations.jobs.create',
  verb: 'POST',
  path: '/v1/projects/{project}/locations/{location}/jobs',
  run(state, { params, body, caller }) {
    const job = jobOf(state, params, body);
    authorize(state, caller, 'cloudscheduler.jobs.create', parentOf(state, params));
    if (state.jobs.has(job.name))
      throw new Status('ALREADY_EXISTS', `Job ${job.name} already exists.`);
    state.jobs.set(job.name, job);
    for (const look of state.clockMoved) look();
    return job;
  },
};
