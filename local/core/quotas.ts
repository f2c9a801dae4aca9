import type { State } from '../state/state.ts';
import type { Action, Call, Principal } from './action.ts';
import { projectIdOf, projectIn } from './names.ts';
import { Status } from './status.ts';

/**
 * Calls a minute and project, as Google publishes them. What is not here has no limit unless one is set, as `oauth2/tokeninfo`.
 *
 * @see https://cloud.google.com/secret-manager/quotas
 * @see https://cloud.google.com/iam/quotas
 * @see https://cloud.google.com/scheduler/quotas
 */
export const PUBLISHED: Readonly<Record<string, number>> = {
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

/** What is charged to the project of the resource; the rest is charged to the caller's, or to the one that it names. */
const OF_THE_RESOURCE = new Set(['secretmanager', 'cloudscheduler', 'pubsub']);

const MINUTE_MS = 60_000;

/**
 * Counts a call against its quota, by the minute of the local clock. One that is refused counts too.
 *
 * @throws {Status} 429
 */
export function spendQuota(
  state: State,
  action: Action,
  { params, headers }: Pick<Call, 'params' | 'headers'>,
  caller: Principal | undefined,
): void {
  const quota = quotaOf(action);
  const limit = state.settings.quotas[quota];
  if (limit === undefined) return;

  const asked = [headers['x-goog-user-project']].flat()[0];
  const project = OF_THE_RESOURCE.has(action.api)
    ? params.project
    : (asked ?? projectIn(caller?.email ?? ''));
  const projectId = projectIdOf(state, project ?? '');
  const key = `${quota} ${projectId}`;
  const minute = Math.floor(state.now().getTime() / MINUTE_MS);
  const spent = state.quotaUse.get(key);
  const count = spent?.minute === minute ? spent.count + 1 : 1;
  state.quotaUse.set(key, { minute, count });
  if (count > limit) throw exhausted(state, action.api, quota, projectId);
}

/** `secretmanager/write` */
export function quotaOf({ api, method, verb }: Action): string {
  const name = method.split('.').at(-1) ?? '';
  const isRead = verb === 'GET' || /^(get|query|test)/.test(name);
  if (api === 'secretmanager' && name === 'access') return 'secretmanager/access';
  if (api === 'iamcredentials') return /^sign/.test(name) ? `${api}/sign` : `${api}/generate`;
  if (api === 'oauth2') return `${api}/${name}`;
  const kind = isRead ? 'read' : 'write';
  return api === 'iam' && method.startsWith('policies.') ? `iam/deny_${kind}` : `${api}/${kind}`;
}

/** @see https://github.com/googleapis/googleapis/blob/master/google/api/error_reason.proto */
function exhausted(state: State, api: string, quota: string, projectId: string): Status {
  const service = `${api}.googleapis.com`;
  const kind = quota.split('/')[1] ?? '';
  const metric = `${service}/${kind}_requests`;
  const limit = `${kind.replace(/(?:^|_)[a-z]/g, (start) => start.replace('_', '').toUpperCase())}RequestsPerMinutePerProject`;
  const number = state.projects.get(projectId)?.projectNumber ?? '0';
  return new Status(
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
