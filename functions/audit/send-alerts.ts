import type { Objects } from '../../shared/cloud/objects.ts';
import type { Envelope, Topics } from '../../shared/cloud/topics.ts';
import {
  type Alert,
  type AlertState,
  alertsOf,
  allOpen,
  EMPTY_STATE,
  type PendingAlerts,
} from '../../shared/domain/audit/alerts/alerts.ts';
import { parseAlertState } from '../../shared/domain/audit/alerts/stored-state.ts';
import type { Report } from '../../shared/domain/audit/report.ts';
import type { Failure } from '../../shared/domain/basics/failure.ts';
import { err, ok, type Result } from '../../shared/domain/basics/result.ts';

/** An object of Cloud Storage: `gs://bucket/name`. */
export type Place = { readonly bucket: string; readonly name: string };

export type AlertOptions = {
  readonly objects: Objects;
  readonly topics: Topics;
  /** `projects/P/topics/hopmint-drift` */
  readonly topic: string;
  /** Where what is open is kept; without it every run tells all that is open. */
  readonly state: Place | undefined;
  readonly log: (alert: Alert) => void;
  readonly now: () => Date;
  /** No two audits have the same. */
  readonly newId: () => string;
  readonly signal: AbortSignal;
};

/** Whoever tells alerts has this long; then the next audit tells them. */
const TELL_WITHIN_MS = 120_000;

/** Several audits may end at once, and each writes over what it has read. */
const ATTEMPTS = 8;

/**
 * Tells what opened, closed, or has been open for another day, once each: what is to be told is written, under the generation that was
 * read, before it is told, and struck out after. So two audits that end at once tell a thing once, and one that dies while it tells leaves
 * it to the next.
 */
export async function tellAlerts(
  report: Report,
  options: AlertOptions,
): Promise<Result<readonly Alert[], Failure>> {
  const { state, newId } = options;
  if (!state) return publish(allOpen(report), options);
  const id = newId();
  const claimed = await change(state, options, (before) => claim(before, report, id, options));
  if (!claimed.ok) return claimed;
  const mine = claimed.value.pending.find((pending) => pending.id === id)?.alerts ?? [];
  if (mine.length === 0) return ok([]);
  const told = await publish(mine, options);
  if (!told.ok) return told;
  const struck = await change(state, options, (before) => ({
    ...before,
    pending: before.pending.filter((pending) => pending.id !== id),
  }));
  return struck.ok ? told : struck;
}

/** What this audit is to tell: what its report brings, and what another one did not come to tell. */
function claim(before: AlertState, report: Report, id: string, { now }: AlertOptions): AlertState {
  const at = now().getTime();
  const isOver = ({ until }: PendingAlerts) => Date.parse(until) <= at;
  const { alerts, open } = alertsOf(before, report);
  const mine = [...before.pending.filter(isOver).flatMap((pending) => pending.alerts), ...alerts];
  const until = new Date(at + TELL_WITHIN_MS).toISOString();
  return {
    version: 1,
    reportAt: [report.generatedAt, before.reportAt].sort().at(-1) ?? '',
    open,
    pending: [
      ...before.pending.filter((pending) => !isOver(pending)),
      ...(mine.length > 0 ? [{ id, until, alerts: mine }] : []),
    ],
  };
}

/** Reads, changes and writes under the generation that was read, until nobody has written between. */
async function change(
  { bucket, name }: Place,
  { objects, signal }: AlertOptions,
  to: (before: AlertState) => AlertState,
): Promise<Result<AlertState, Failure>> {
  let last: Failure = { reason: 'etag-stale', detail: 'the state of alerts' };
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const read = await objects.read(bucket, name, signal);
    if (!read.ok) return read;
    const before = parseAlertState(read.value?.text ?? '') ?? EMPTY_STATE;
    const after = to(before);
    const over = { generation: read.value?.generation ?? '0' };
    const written = await objects.write(bucket, name, after, over, signal);
    if (written.ok) return ok(after);
    last = written.error;
    // An answer that was lost may have been written: what stands is read again before anything is told.
    if (last.reason !== 'etag-stale' && last.reason !== 'cloud-busy') break;
  }
  return err(last);
}

async function publish(
  alerts: readonly Alert[],
  { topics, topic, log, signal }: AlertOptions,
): Promise<Result<readonly Alert[], Failure>> {
  if (alerts.length === 0) return ok([]);
  const sent = await topics.publish(topic, alerts.map(envelopeOf), signal);
  if (!sent.ok) return sent;
  for (const alert of alerts) log(alert);
  return ok(alerts);
}

const envelopeOf = ({ event, finding }: Alert): Envelope => ({
  message: { event, ...finding },
  attributes: {
    event,
    fingerprint: finding.fingerprint,
    chain: finding.chain ?? '',
    severity: finding.severity,
    kind: finding.kind,
  },
});
