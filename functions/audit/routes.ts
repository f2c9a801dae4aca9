import { z } from 'zod';
import { parseChangedResources } from '../../shared/domain/audit/changed-resources.ts';
import type { Report } from '../../shared/domain/audit/report.ts';
import { parseFailure, type ReportedFailure } from '../../shared/domain/rotation/messages.ts';
import type { Status } from '../../shared/domain/rotation/status.ts';
import { FORMATS, formatOf, reportAs } from '../../shared/report/formats.ts';
import { toJson } from '../../shared/report/json.ts';
import { statusText } from '../../shared/report/status.ts';
import { filtered, filterOf } from '../../shared/report/words/view.ts';
import { TRACE_ATTRIBUTE } from '../../shared/telemetry/trace.ts';
import type { Kept } from '../runtime/single-flight.ts';

/** An HTTP request, as far as `audit` looks at it. */
export type Asked = {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
  /** The best of these for whoever asks. */
  readonly accepts: (formats: string[]) => string | false;
  readonly body: unknown;
};

export type Answered = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly contentType?: string;
  readonly body?: string;
};

/** What stands behind the doors of `audit`. */
export type Doors = {
  readonly lastReport: () => Promise<Kept<Report>>;
  readonly newReport: () => Promise<Kept<Report>>;
  readonly status: () => Promise<Status>;
  /** `traceparent`: as the message carries it. */
  readonly failed: (failure: ReportedFailure, traceparent: string | undefined) => Promise<void>;
  /** By the names of what was changed. */
  readonly changed: (names: readonly string[]) => Promise<void>;
  readonly malformed: (detail: string) => void;
  readonly now: () => Date;
  /** A local cloud is audited, and not Google. */
  readonly local: boolean;
};

const plain = (status: number, body: string): Answered => ({
  status,
  headers: { 'X-Content-Type-Options': 'nosniff' },
  contentType: 'text/plain',
  body: `${body}\n`,
});
const only = (...methods: string[]): Answered => ({
  status: 405,
  headers: { Allow: methods.join(', ') },
});

/**
 * The doors of `audit`: `/` is the report, `/status` is for uptime checks, and Pub/Sub pushes to `/failed` what failed, and to `/changed`
 * what was changed.
 */
export async function answer(asked: Asked, doors: Doors): Promise<Answered> {
  switch (asked.path) {
    case '/':
      return reportDoor(asked, doors);
    case '/status':
      return statusDoor(asked, doors);
    case '/failed':
      return failedDoor(asked, doors);
    case '/changed':
      return changedDoor(asked, doors);
    default:
      return plain(404, 'The report is at /, and how fresh the chains are at /status');
  }
}

const noSuchFormat = (formats: readonly string[]): Answered =>
  plain(400, `format is one of ${formats.join(', ')}`);

async function reportDoor(asked: Asked, doors: Doors): Promise<Answered> {
  const { method, query, accepts } = asked;
  if (method !== 'GET' && method !== 'POST') return only('GET', 'POST');
  const format = formatOf(query.format, accepts);
  if (!format) return noSuchFormat(FORMATS);
  const { value, madeAt } = await (method === 'POST' ? doors.newReport() : doors.lastReport());
  const filter = filterOf(query, value);
  if (!filter.ok) return plain(400, filter.error);
  const now = doors.now();
  const shown = {
    ...filtered(value, filter.value),
    ...(doors.local && { cloud: 'LOCAL' as const }),
  };
  const { headers, ...answered } = reportAs(shown, format, now);
  const age = Math.max(0, Math.round((now.getTime() - madeAt.getTime()) / 1000));
  return { status: 200, headers: { ...headers, Age: String(age) }, ...answered };
}

const STATUS_FORMATS = ['json', 'text'] as const;

async function statusDoor(asked: Asked, { status, local }: Doors): Promise<Answered> {
  if (asked.method !== 'GET') return only('GET');
  const name = asked.query.format ?? (asked.accepts([...STATUS_FORMATS]) || 'json');
  const format = STATUS_FORMATS.find((known) => known === name);
  if (!format) return noSuchFormat(STATUS_FORMATS);
  const told: Status = { ...(await status()), ...(local && { cloud: 'LOCAL' }) };
  const isStrict = asked.query.strict === '1';
  return {
    status: isStrict && !told.healthy ? 409 : 200,
    headers: { 'Cache-Control': 'no-store' },
    contentType: format === 'json' ? 'application/json' : 'text/plain; charset=utf-8',
    body: format === 'json' ? toJson(told) : statusText(told),
  };
}

/** Entries of the audit log: as Eventarc's own events, or by a log sink and Pub/Sub. */
async function changedDoor(asked: Asked, { changed, malformed }: Doors): Promise<Answered> {
  if (asked.method !== 'POST') return only('POST');
  const names = parseChangedResources(asked.body);
  if (!names) malformed('this is no entry of the audit log');
  else if (names.length > 0) await changed(names);
  return { status: 204 };
}

/** Raw, and as Eventarc sends it, a push has the same body. */
const Push = z.object({
  message: z.object({
    data: z.string().default(''),
    attributes: z.record(z.string(), z.string()).default({}),
  }),
});

async function failedDoor(asked: Asked, { failed, malformed }: Doors): Promise<Answered> {
  if (asked.method !== 'POST') return only('POST');
  const push = Push.safeParse(asked.body);
  const failure = push.success ? parseFailure(push.data.message.data) : undefined;
  // What is not understood is acknowledged: it would not be understood the next time either.
  if (!failure) malformed('this is no push of Pub/Sub');
  else if (!failure.ok) malformed(failure.error.detail);
  else await failed(failure.value, push.data?.message.attributes[TRACE_ATTRIBUTE]);
  return { status: 204 };
}
