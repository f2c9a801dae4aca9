import { authorize } from '../../authorization/authorize.ts';
import { ApiError } from '../../core/api-error.ts';
import type { ApiMethod } from '../../core/api-method.ts';
import { projectIdOf } from '../../core/projects.ts';
import type { Project } from '../../state/container.ts';
import type { QuotaLimit } from '../../state/quota-limit.ts';

const LIMIT = 'serviceruntime.googleapis.com/quota/limit';
const DAY_MS = 24 * 60 * 60 * 1000;

const perMinute = (
  service: string,
  metric: string,
  limitName: string,
  value: number,
): QuotaLimit => ({
  service: `${service}.googleapis.com`,
  quotaMetric: `${service}.googleapis.com/${metric}`,
  limitName,
  value,
});

/** Google's own names are not published. These have the form of its example. @see https://github.com/googleapis/googleapis/blob/master/google/api/error_reason.proto */
const DEFAULT_LIMITS: readonly QuotaLimit[] = [
  perMinute('cloudresourcemanager', 'read_requests', 'ReadRequestsPerMinutePerProject', 600),
  perMinute('iam', 'read_requests', 'ReadRequestsPerMinutePerProject', 6000),
  perMinute('iam', 'write_requests', 'WriteRequestsPerMinutePerProject', 600),
  perMinute(
    'iamcredentials',
    'generate_credentials',
    'GenerateRequestsPerMinutePerProject',
    60_000,
  ),
  perMinute('secretmanager', 'access_requests', 'AccessRequestsPerMinutePerProject', 90_000),
  perMinute('secretmanager', 'read_requests', 'ReadRequestsPerMinutePerProject', 600),
  perMinute('secretmanager', 'write_requests', 'WriteRequestsPerMinutePerProject', 600),
];

/**
 * The limits of quotas, and no other metric. Google writes a point of a limit once a day.
 *
 * @see https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.timeSeries/list
 */
export const listTimeSeries: ApiMethod = {
  api: 'monitoring',
  name: 'projects.timeSeries.list',
  httpMethod: 'GET',
  path: '/v3/projects/{project}/timeSeries',
  run(state, { params: { project: id = '' }, query, caller }) {
    const projectId = projectIdOf(state, id);
    authorize(state, caller, 'monitoring.timeSeries.list', `projects/${projectId}`);
    const filter = query.get('filter') ?? '';
    const [, type] = /metric\.type\s*=\s*"([^"]+)"/.exec(filter) ?? [];
    const start = Date.parse(query.get('interval.startTime') ?? '');
    const end = Date.parse(query.get('interval.endTime') ?? '');
    if (type === undefined || Number.isNaN(end)) {
      throw new ApiError(
        'INVALID_ARGUMENT',
        'A filter with a metric type and an interval are required.',
      );
    }
    const project = state.projects.get(projectId);
    const point = new Date(Math.floor(end / DAY_MS) * DAY_MS).toISOString();
    if (type !== LIMIT || !project || Date.parse(point) < start) return {};
    const timeSeries = (project.quotaLimits ?? DEFAULT_LIMITS).map((limit) =>
      toSeries(project, limit, point),
    );
    return timeSeries.length > 0 ? { timeSeries } : {};
  },
};

const toSeries = (
  { projectId }: Project,
  { service, quotaMetric, limitName, value }: QuotaLimit,
  time: string,
): object => ({
  metric: { type: LIMIT, labels: { limit_name: limitName, quota_metric: quotaMetric } },
  resource: {
    type: 'consumer_quota',
    labels: { project_id: projectId, service, location: 'global' },
  },
  metricKind: 'GAUGE',
  valueType: 'INT64',
  points: [{ interval: { startTime: time, endTime: time }, value: { int64Value: String(value) } }],
});
