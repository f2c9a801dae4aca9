import type { State } from '../state/state.ts';
import { ApiError } from './api-error.ts';
import type { ApiMethod } from './api-method.ts';
import type { Call } from './call.ts';
import type { Principal } from './principal.ts';
import { projectIdOf, projectOfEmail } from './projects.ts';

/**
 * Allowed calls for each project and minute, as Google publishes them. A quota that is not in this list, like
 * `oauth2/tokeninfo`, has no limit until the settings set one.
 *
 * @see https://cloud.google.com/secret-manager/quotas
 * @see https://cloud.google.com/iam/quotas
 * @see https://cloud.google.com/scheduler/quotas
 */
export const PUBLISHED_QUOTAS: Readonly<Record<string, number>> = {
  'secretmanager/access': 90_000,
  'secretmanager/read': 600,
  'secretmanager/write': 600,
  'iamcredentials/generate': 60_000,
  'iamcredentials/sign': 60_000,
  'iam/read': 6000,
  'iam/write': 600,
  'iam/deny_read': 5,
  'iam/deny_write': 5,
  'cloudscheduler/read': 1250,
  'cloudscheduler/write': 500,
};

/** These APIs count a call against the resource's project; the others, against `x-goog-user-project` or the caller's project. */
const CHARGED_TO_RESOURCE_PROJECT = new Set(['secretmanager', 'cloudscheduler', 'pubsub']);

const MINUTE_MS = 60_000;

/**
 * Counts a call against its quota, by the minute of the local clock. A refused call counts too.
 *
 * @throws {ApiError} 429
 */
export function spendQuota(
  state: State,
  apiMethod: ApiMethod,
  { params, headers }: Pick<Call, 'params' | 'headers'>,
  caller: Principal | undefined,
): void {
  const quota = quotaOf(apiMethod);
  const limit = state.settings.quotas[quota];
  if (limit === undefined) return;

  const userProject = [headers['x-goog-user-project']].flat()[0];
  const project = CHARGED_TO_RESOURCE_PROJECT.has(apiMethod.api)
    ? params.project
    : (userProject ?? projectOfEmail(caller?.email ?? ''));
  const projectId = projectIdOf(state, project ?? '');
  const key = `${quota} ${projectId}`;
  const minute = Math.floor(state.now().getTime() / MINUTE_MS);
  const spent = state.quotaUse.get(key);
  const count = spent?.minute === minute ? spent.count + 1 : 1;
  state.quotaUse.set(key, { minute, count });
  if (count > limit) throw quotaExceeded(state, apiMethod.api, quota, projectId);
}

/** The name of the quota that a method uses, as in `secretmanager/write`. */
export function quotaOf({ api, name, httpMethod }: ApiMethod): string {
  const verb = name.split('.').at(-1) ?? '';
  const isRead = httpMethod === 'GET' || /^(get|query|test)/.test(verb);
  if (api === 'secretmanager' && verb === 'access') return 'secretmanager/access';
  if (api === 'iamcredentials') return /^sign/.test(verb) ? `${api}/sign` : `${api}/generate`;
  if (api === 'oauth2') return `${api}/${verb}`;
  const kind = isRead ? 'read' : 'write';
  return api === 'iam' && name.startsWith('policies.') ? `iam/deny_${kind}` : `${api}/${kind}`;
}

/** @see https://github.com/googleapis/googleapis/blob/master/google/api/error_reason.proto */
function quotaExceeded(state: State, api: string, quota: string, projectId: string): ApiError {
  const service = `${api}.googleapis.com`;
  const kind = quota.split('/')[1] ?? '';
  const metric = `${service}/${kind}_requests`;
  const limit = `${kind.replace(/(?:^|_)[a-z]/g, (start) => start.replace('_', '').toUpperCase())}RequestsPerMinutePerProject`;
  const number = state.projects.get(projectId)?.projectNumber ?? '0';
  return new ApiError(
    'RESOURCE_EXHAUSTED',
    `Quota exceeded for quota metric '${metric}' and limit '${limit}' of service '${service}' for consumer 'project_number:${number}'.`,
    [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'RATE_LIMIT_EXCEEDED',
        domain: 'googleapis.com',
        metadata: {
          service,
          consumer: `projects/${number}`,
          quota_metric: metric,
          quota_limit: limit,
        },
      },
    ],
  );
}
