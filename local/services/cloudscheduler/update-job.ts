import { authorize } from '../../authorization/authorize.ts';
import { ApiError } from '../../core/api-error.ts';
import type { ApiMethod } from '../../core/api-method.ts';
import { camelCase, fieldMask } from '../../core/proto-json.ts';
import { jobAudit } from './audit.ts';
import { checkActAs, existingJob, jobName, parseJob } from './job-resource.ts';

type Fields = Record<string, unknown>;

/** @see https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs/patch */
export const updateJob: ApiMethod = {
  api: 'cloudscheduler',
  name: 'projects.locations.jobs.patch',
  httpMethod: 'PATCH',
  path: '/v1/projects/{project}/locations/{location}/jobs/{job}',
  audit: jobAudit('UpdateJob'),
  run(state, { params, query, body, caller }) {
    const name = jobName(state, params);
    authorize(state, caller, 'cloudscheduler.jobs.update', name);
    const job = existingJob(state, name);
    const { description, schedule, timeZone, pubsubTarget, httpTarget } = job;
    const current = { description, schedule, timeZone, pubsubTarget, httpTarget };
    const requested = parseJob(state, params, {
      ...merged(current, fieldsOf(body), fieldMask(query.get('updateMask'))),
      name,
    });
    checkActAs(state, caller, requested);
    const updated = { ...requested, state: job.state };
    state.jobs.set(name, updated);
    for (const listener of state.clockListeners) listener();
    return updated;
  },
};

/** The current fields with the requested value of each field in the mask. Without a mask, the requested fields alone. */
function merged(current: Fields, requested: Fields, mask: readonly string[]): Fields {
  if (mask.length === 0) return requested;
  const result = structuredClone(current);
  for (const path of mask) {
    const [field = '', child] = path.split('.');
    if (!(field in current))
      throw new ApiError('INVALID_ARGUMENT', `The field ${field} of a job cannot be updated.`);
    const value = child
      ? { ...fieldsOf(result[field]), [child]: fieldsOf(requested[field])[child] }
      : requested[field];
    result[field] = value;
  }
  return result;
}

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([name, field]) => [camelCase(name), field]))
    : {};
