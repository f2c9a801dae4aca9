import { type CanaryArrival, canaryArrival } from '../../shared/domain/audit/alerts/canary.ts';
import { type Change, parseChange } from '../../shared/domain/audit/changed-resources.ts';
import type { ListedReport } from '../../shared/domain/audit/listed-report.ts';
import { type Mint, parseMint } from '../../shared/domain/audit/seen/mint.ts';
import { jsonOf } from '../../shared/domain/basics/log-entry.ts';
import { parseFailure, type ReportedFailure } from '../../shared/domain/rotation/messages.ts';
import { parsePush } from '../../shared/domain/rotation/push.ts';
import type { Status } from '../../shared/domain/rotation/status.ts';
import { FORMATS } from '../../shared/report/format-names.ts';
import { formatOf } from '../../shared/report/formats.ts';
import { toJson } from '../../shared/report/json.ts';
import { statusText } from '../../shared/report/status.ts';
import { filterOf } from '../../shared/report/words/view.ts';
import { TRACE_ATTRIBUTE } from '../../shared/telemetry/trace.ts';
import { NO_PUSH } from '../runtime/request-guard.ts';
import type { Cached } from '../runtime/single-flight.ts';
import { renderedReport } from './rendered-reports.ts';

/** The parts of an HTTP request that `audit` uses. */
export type AuditRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
  /** The best of these formats for the client. */
  readonly accepts: (formats: string[]) => string | false;
  readonly body: unknown;
};

export type AuditResponse = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly contentType?: string;
  readonly body?: string;
};

/** The work behind the routes of `audit`. */
export type AuditActions = {
  readonly lastReport: () => Promise<Cached<ListedReport>>;
  readonly newReport: () => Promise<Cached<ListedReport>>;
  readonly status: () => Promise<Status>;
  /** `traceparent`: from the message. */
  readonly failed: (failure: ReportedFailure, traceparent: string | undefined) => Promise<void>;
  readonly changed: (change: Change) => Promise<void>;
  /** The canary has arrived at the end of the way of the alerts. */
  readonly canary: (arrival: CanaryArrival) => void;
  readonly minted: (mint: Mint) => Promise<void>;
  /** One round of observations. */
  readonly observe: () => Promise<void>;
  /** The audit log reported something, perhaps no change that an audit can see. */
  readonly heard: () => void;
  readonly malformed: (detail: string) => void;
  readonly now: () => Date;
  /** The audit is of a local cloud, not of Google. */
  readonly local: boolean;
};

const plain = (status: number, body: string): AuditResponse => ({
  status,
  headers: { 'X-Content-Type-Options': 'nosniff' },
  contentType: 'text/plain',
  body: `${body}\n`,
});
const only = (...methods: string[]): AuditResponse => ({
  status: 405,
  headers: { Allow: methods.join(', ') },
});

/**
 * The routes of `audit`: `/` is the report, `/status` is for uptime checks. Pub/Sub pushes failed mints to `/failed`, changes to `/changed`,
 * logged mints to `/minted`, ticks to `/observe`, and the canary of `hopmint-drift` to `/canary`.
 */
export async function routeRequest(
  request: AuditRequest,
  actions: AuditActions,
): Promise<AuditResponse> {
  switch (request.path) {
    case '/':
      return reportRoute(request, actions);
    case '/status':
      return statusRoute(request, actions);
    case '/failed':
      return failedRoute(request, actions);
    case '/changed':
      return changedRoute(request, actions);
    case '/minted':
      return mintedRoute(request, actions);
    case '/observe':
      return observeRoute(request, actions);
    case '/canary':
      return canaryRoute(request, actions);
    default:
      return plain(404, 'The report is at /, and the freshness of the chains is at /status');
  }
}

const noSuchFormat = (formats: readonly string[]): AuditResponse =>
  plain(400, `format is one of ${formats.join(', ')}`);

async function reportRoute(request: AuditRequest, actions: AuditActions): Promise<AuditResponse> {
  const { method, query, accepts } = request;
  if (method !== 'GET' && method !== 'POST') return only('GET', 'POST');
  const format = formatOf(query.format, accepts);
  if (!format) return noSuchFormat(FORMATS);
  const { value, madeAt } = await (method === 'POST' ? actions.newReport() : actions.lastReport());
  const filter = filterOf(query, value);
  if (!filter.ok) return plain(400, filter.error);
  const now = actions.now();
  const marks = actions.local ? { cloud: 'LOCAL' as const } : {};
  const { headers, ...answered } = await renderedReport(value, format, filter.value, now, marks);
  const age = Math.max(0, Math.round((now.getTime() - madeAt.getTime()) / 1000));
  return { status: 200, headers: { ...headers, Age: String(age) }, ...answered };
}

const STATUS_FORMATS = ['json', 'text'] as const;

async function statusRoute(
  request: AuditRequest,
  { status, local }: AuditActions,
): Promise<AuditResponse> {
  if (request.method !== 'GET') return only('GET');
  const name = request.query.format ?? (request.accepts([...STATUS_FORMATS]) || 'json');
  const format = STATUS_FORMATS.find((known) => known === name);
  if (!format) return noSuchFormat(STATUS_FORMATS);
  const value: Status = { ...(await status()), ...(local && { cloud: 'LOCAL' }) };
  const isStrict = request.query.strict === '1';
  return {
    status: isStrict && !value.healthy ? 409 : 200,
    headers: { 'Cache-Control': 'no-store' },
    contentType: format === 'json' ? 'application/json' : 'text/plain; charset=utf-8',
    body: format === 'json' ? toJson(value) : statusText(value),
  };
}

/** Takes entries of the audit log: from Eventarc, or from a log sink through Pub/Sub. */
async function changedRoute(
  request: AuditRequest,
  { heard, changed, malformed }: AuditActions,
): Promise<AuditResponse> {
  if (request.method !== 'POST') return only('POST');
  const change = parseChange(request.body);
  if (!change) {
    malformed('this is not an entry of the audit log');
    return { status: 204 };
  }
  heard();
  if (change.names.length > 0) await changed(change);
  return { status: 204 };
}

/** Takes mints of the audit log, from a log sink through Pub/Sub. A mint that Google refused has made no credential. */
async function mintedRoute(
  request: AuditRequest,
  { minted, malformed }: AuditActions,
): Promise<AuditResponse> {
  if (request.method !== 'POST') return only('POST');
  const push = parsePush(request.body);
  const mint = push && parseMint(jsonOf(push.data));
  if (!mint) malformed(push ? 'this is not a mint of the audit log' : NO_PUSH);
  else if (mint !== 'refused') await minted(mint);
  return { status: 204 };
}

/** Each tick is also a signal to observe. Its content does not matter. */
async function observeRoute(
  { method }: AuditRequest,
  { observe }: AuditActions,
): Promise<AuditResponse> {
  if (method !== 'POST') return only('POST');
  await observe();
  return { status: 204 };
}

/** Takes the messages of a subscription that lets only the canary pass. */
function canaryRoute(
  { method, body }: AuditRequest,
  { canary, malformed, now }: AuditActions,
): AuditResponse {
  if (method !== 'POST') return only('POST');
  const push = parsePush(body);
  const arrival = push && canaryArrival(push, now());
  if (!push) malformed(NO_PUSH);
  else if (!arrival) malformed('this is no canary of the last ten minutes');
  else canary(arrival);
  return { status: 204 };
}

async function failedRoute(
  request: AuditRequest,
  { failed, malformed }: AuditActions,
): Promise<AuditResponse> {
  if (request.method !== 'POST') return only('POST');
  const push = parsePush(request.body);
  const failure = push && parseFailure(push.data);
  if (!failure) malformed(NO_PUSH);
  else if (!failure.ok) malformed(failure.error.detail);
  else await failed(failure.value, push.attributes[TRACE_ATTRIBUTE]);
  return { status: 204 };
}
