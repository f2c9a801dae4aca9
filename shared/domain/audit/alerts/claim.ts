import type { Steps } from '../../basics/steps.ts';
import type { Report } from '../report.ts';
import type { Alert, AlertState, OpenFinding, PendingAlerts } from './alert-state.ts';
import { alertFindingOf, alertSteps, firstAdministratorsAfter, SKEW_MS } from './alerts.ts';
import { canarySteps } from './canary.ts';
import type { Stale } from './rests-on.ts';

/** An audit has this long to send its alerts. After that the next audit sends them. */
const SEND_WITHIN_MS = 120_000;

export const isAhead = (time: string, now: Date): boolean =>
  Date.parse(time) > now.getTime() + SKEW_MS;

/** The later one of two times. */
const later = (one: string, other: string): string => (one > other ? one : other);

/** This time, or a millisecond after `before` if that is later. */
export const timeAfter = (before: string, at: string): string =>
  at > before ? at : new Date(Date.parse(before) + 1).toISOString();

/** The state with what one audit is about to send, under its ID. */
export type Claim = {
  readonly state: AlertState;
  /** What this report has found. The pending alerts may have more, of earlier reports. */
  readonly news: readonly Alert[];
};

type Claiming = {
  readonly id: string;
  readonly stale?: Stale;
  readonly now: Date;
  /** What was sent without a note in the state. What of it is false now is corrected. */
  readonly unrecorded?: readonly Alert[];
  /** Whether the canary opens or closes with this report. */
  readonly movesCanary?: boolean;
};

/** The state with the alerts that this audit must send: its own, and the overdue ones of other audits, as far as they are still true. */
export function* claimSteps(
  stored: AlertState,
  report: Report,
  { id, stale, now, unrecorded = [], movesCanary = false }: Claiming,
): Steps<Claim> {
  const before = isAhead(stored.reportAt, now) ? { ...stored, reportAt: '' } : stored;
  const isOverdue = ({ until }: PendingAlerts) =>
    Date.parse(until) <= now.getTime() ||
    Date.parse(until) > now.getTime() + SEND_WITHIN_MS + SKEW_MS;
  const found = yield* alertSteps(before, report, stale);
  const isNewer = report.generatedAt > before.reportAt;
  const canary = movesCanary && isNewer ? canarySteps(found.open, report.generatedAt) : undefined;
  const alerts = canary ? [...found.alerts, canary.alert] : found.alerts;
  const open = canary?.open ?? found.open;
  const reportAt = later(report.generatedAt, before.reportAt);
  const sayAt = timeAfter(before.saidAt, reportAt);
  const news = alerts.map((alert) => ({ ...alert, reportAt: sayAt }));
  const overdue = before.pending.filter(isOverdue).flatMap((pending) => pending.alerts);
  const mine = [
    ...stillTrue(overdue, news, open, sayAt),
    ...correctionsOf(unrecorded, [...overdue, ...news], open, sayAt),
    ...news,
  ];
  const until = new Date(now.getTime() + SEND_WITHIN_MS).toISOString();
  return {
    news,
    state: {
      ...before,
      administrators: firstAdministratorsAfter(before, report),
      reportAt,
      saidAt: mine.length > 0 ? sayAt : before.saidAt,
      decidedBy: id,
      open,
      pending: [
        ...before.pending.filter((pending) => !isOverdue(pending)),
        ...(mine.length > 0 ? [{ id, until, alerts: mine }] : []),
      ],
    },
  };
}

/** The state after alerts were sent. What has become false meanwhile is corrected, so that the last message about each finding is true. */
export function sentState(
  before: AlertState,
  sent: readonly Alert[],
  { id, now }: Pick<Claiming, 'id' | 'now'>,
): { readonly state: AlertState; readonly corrections: readonly Alert[] } {
  const sayAt = later(before.saidAt, isAhead(before.reportAt, now) ? '' : before.reportAt);
  const corrections = correctionsOf(sent, [], before.open, sayAt);
  const until = new Date(now.getTime() + SEND_WITHIN_MS).toISOString();
  const others = before.pending.filter((pending) => pending.id !== id);
  const pending = corrections.length > 0 ? [...others, { id, until, alerts: corrections }] : others;
  const saidAt = corrections.length > 0 ? sayAt : before.saidAt;
  return { state: { ...before, saidAt, pending }, corrections };
}

/** The opposite of each alert that has become false. */
function correctionsOf(
  alerts: readonly Alert[],
  others: readonly Alert[],
  open: readonly OpenFinding[],
  sayAt: string,
): readonly Alert[] {
  const same = new Set(alerts);
  return stillTrue(alerts, others, open, sayAt).filter((alert) => !same.has(alert));
}

/** Alerts without those that have become false. If no news says so, the opposite takes their place: they may have been published already. */
function stillTrue(
  alerts: readonly Alert[],
  news: readonly Alert[],
  open: readonly OpenFinding[],
  sayAt: string,
): readonly Alert[] {
  const byFingerprint = new Map(open.map((finding) => [finding.fingerprint, finding]));
  const isNews = new Set(news.map(({ finding }) => finding.fingerprint));
  const corrected = new Set<string>();
  return alerts.flatMap((alert): readonly Alert[] => {
    const { fingerprint } = alert.finding;
    const now = byFingerprint.get(fingerprint);
    if ((now !== undefined) === (alert.event !== 'closed')) return [alert];
    if (isNews.has(fingerprint) || corrected.has(fingerprint)) return [];
    corrected.add(fingerprint);
    return now
      ? [{ event: 'open', reportAt: sayAt, finding: alertFindingOf(now) }]
      : [{ event: 'closed', reportAt: sayAt, finding: alert.finding }];
  });
}
