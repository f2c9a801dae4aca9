import type { Objects } from '../../shared/cloud/objects.ts';
import type { Envelope, Topics } from '../../shared/cloud/topics.ts';
import {
  type Alert,
  type AlertState,
  type PendingAlerts,
  parseAlertState,
} from '../../shared/domain/audit/alerts/alert-state.ts';
import {
  alertSteps,
  allOpen,
  EMPTY_STATE,
  firstAdministratorsAfter,
} from '../../shared/domain/audit/alerts/alerts.ts';
import type { Stale } from '../../shared/domain/audit/alerts/rests-on.ts';
import type { Report } from '../../shared/domain/audit/report.ts';
import type { Failure } from '../../shared/domain/basics/failure.ts';
import type { ObjectLocation } from '../../shared/domain/basics/object-location.ts';
import { err, ok, type Result } from '../../shared/domain/basics/result.ts';
import { inSteps } from '../../shared/operations/in-steps.ts';

export type AlertOptions = {
  readonly objects: Objects;
  readonly topics: Topics;
  /** `projects/P/topics/hopmint-drift` */
  readonly topic: string;
  /** The object with the open findings. Without it every audit reports all open findings. */
  readonly state: ObjectLocation | undefined;
  readonly log: (alert: Alert) => void;
  /** Names that the audit did not read itself. */
  readonly stale: Stale;
  readonly now: () => Date;
  /** Returns an ID that is different for each audit. */
  readonly newId: () => string;
  readonly signal: AbortSignal;
};

/** An audit has this long to send its alerts. After that the next audit sends them. */
const SEND_WITHIN_MS = 120_000;

/** Several audits may end at the same time, and each writes under the generation that it read. */
const ATTEMPTS = 8;

/**
 * Sends an alert for each finding that opened, closed, or has been open for another day. The alerts are written to the state, under the
 * generation that was read, before they are sent, and deleted after. So two audits that end at the same time send an alert once, and when an
 * audit dies while it sends, the next audit sends its alerts.
 */
export async function sendAlerts(
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
  const sent = await publish(mine, options);
  if (!sent.ok) return sent;
  const cleared = await change(state, options, (before) => ({
    ...before,
    pending: before.pending.filter((pending) => pending.id !== id),
  }));
  return cleared.ok ? sent : cleared;
}

/** The state with the alerts that this audit must send: its own, and the overdue ones of other audits. */
async function claim(
  before: AlertState,
  report: Report,
  id: string,
  { now, stale }: AlertOptions,
): Promise<AlertState> {
  const at = now().getTime();
  const isOverdue = ({ until }: PendingAlerts) => Date.parse(until) <= at;
  const { alerts, open } = await inSteps(alertSteps(before, report, stale));
  const mine = [
    ...before.pending.filter(isOverdue).flatMap((pending) => pending.alerts),
    ...alerts,
  ];
  const until = new Date(at + SEND_WITHIN_MS).toISOString();
  return {
    administrators: firstAdministratorsAfter(before, report),
    version: 1,
    reportAt: [report.generatedAt, before.reportAt].sort().at(-1) ?? '',
    open,
    pending: [
      ...before.pending.filter((pending) => !isOverdue(pending)),
      ...(mine.length > 0 ? [{ id, until, alerts: mine }] : []),
    ],
  };
}

/** Reads, changes and writes the state under the generation that was read. Repeats if another audit wrote in between. */
async function change(
  { bucket, name }: ObjectLocation,
  { objects, signal }: AlertOptions,
  to: (before: AlertState) => AlertState | Promise<AlertState>,
): Promise<Result<AlertState, Failure>> {
  let last: Failure = { reason: 'etag-stale', detail: 'the state of alerts' };
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const read = await objects.read(bucket, name, signal);
    if (!read.ok) return read;
    const before = parseAlertState(read.value?.text ?? '') ?? EMPTY_STATE;
    const after = await to(before);
    const over = { generation: read.value?.generation ?? '0' };
    const written = await objects.write(bucket, name, after, over, signal);
    if (written.ok) return ok(after);
    last = written.error;
    // A write without an answer may have succeeded, so the state is read again before anything is sent.
    if (last.reason !== 'etag-stale' && last.reason !== 'cloud-busy') break;
  }
  return err(last);
}

async function publish(
  alerts: readonly Alert[],
  { topics, topic, log, signal }: AlertOptions,
): Promise<Result<readonly Alert[], Failure>> {
  if (alerts.length === 0) return ok([]);
  const sent = await topics.publish(topic, alerts.flatMap(envelopesOf), signal);
  if (!sent.ok) return sent;
  for (const alert of alerts) log(alert);
  return ok(alerts);
}

/** Pub/Sub takes 100 attributes at most for a message. */
const CHAINS_AT_MOST = 80;

/**
 * A message for each 80 chains of the finding, and at least one. The filter of a subscription cannot search in a list, but it can ask for a
 * key. So each chain is a key: `attributes:"chain/billing-export"`.
 *
 * @see https://cloud.google.com/pubsub/docs/subscription-message-filter
 */
function envelopesOf({ event, finding, ...change }: Alert): Envelope[] {
  const { fingerprint, chain = '', chains, severity, kind } = finding;
  const parts = Math.max(1, Math.ceil(chains.length / CHAINS_AT_MOST));
  return Array.from({ length: parts }, (_, i) => ({
    message: { event, ...finding, ...change },
    attributes: {
      event,
      fingerprint,
      chain,
      severity,
      kind,
      part: String(i + 1),
      ...Object.fromEntries(
        chains
          .slice(i * CHAINS_AT_MOST, (i + 1) * CHAINS_AT_MOST)
          .map((name) => [`chain/${name}`, 'affected']),
      ),
    },
  }));
}
