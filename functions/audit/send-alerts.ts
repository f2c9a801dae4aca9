import type { Objects } from '../../shared/cloud/objects.ts';
import type { Envelope, Topics } from '../../shared/cloud/topics.ts';
import type { Alert, AlertState } from '../../shared/domain/audit/alerts/alert-state.ts';
import {
  administratorsIn,
  allOpen,
  EMPTY_STATE,
  rebuilt,
} from '../../shared/domain/audit/alerts/alerts.ts';
import { canaryWithoutState, isCanary } from '../../shared/domain/audit/alerts/canary.ts';
import { claimSteps, isAhead, sentState } from '../../shared/domain/audit/alerts/claim.ts';
import type { Stale } from '../../shared/domain/audit/alerts/rests-on.ts';
import type { ListedReport } from '../../shared/domain/audit/listed-report.ts';
import type { Report } from '../../shared/domain/audit/report.ts';
import type { Failure } from '../../shared/domain/basics/failure.ts';
import type { ObjectLocation } from '../../shared/domain/basics/object-location.ts';
import { err, ok, type Result } from '../../shared/domain/basics/result.ts';
import { inSteps } from '../../shared/operations/in-steps.ts';
import { readState, writeState } from './bucket/stored-state.ts';

export type AlertOptions = {
  readonly objects: Objects;
  readonly topics: Topics;
  /** `projects/P/topics/hopmint-drift` */
  readonly topic: string;
  /** The object with the open findings. Without it every audit reports all open findings. */
  readonly state: ObjectLocation | undefined;
  readonly log: (alert: Alert) => void;
  /** The last report has this time, which cannot be true. It is ignored. */
  readonly ahead: (reportAt: string) => void;
  /** So many lines of the state are lost. It is rebuilt from the last report. */
  readonly broken: (lost: number) => void;
  /** The last report before this one, if there is one. */
  readonly lastReport: () => Promise<ListedReport | undefined>;
  /** Names that the audit did not read itself. */
  readonly stale: Stale;
  readonly now: () => Date;
  readonly memory: AlertMemory;
  /**
   * The state that was read before the policies. If another audit has decided since then, it may have read newer policies. Absent if nobody else
   * audits.
   */
  readonly before?: Pick<AlertState, 'decidedBy'> | undefined;
  /** Ends when Cloud Storage takes the next write of the state: it takes one a second for an object. */
  readonly pause: () => Promise<void>;
  /** Returns an ID that is different for each audit. */
  readonly newId: () => string;
  /** Whether this was a whole audit: then the canary opens or closes. */
  readonly movesCanary: boolean;
  /** Something could not be stored or published. */
  readonly failed: (failure: NotSent) => void;
  readonly signal: AbortSignal;
};

/** What a process remembers of alerts. */
export type AlertMemory = {
  /** The last state that it knows. */
  state: AlertState;
  /** What it has sent although the state refused to note it. */
  unrecorded: readonly Alert[];
};

/** Another audit has decided since the policies were read, so they are read again before anything opens or closes. */
export const OVERTAKEN: Failure = {
  reason: 'etag-stale',
  detail: 'another audit has changed the state of alerts meanwhile',
};

/** Why findings were not published, or the report or the state was not stored. */
export type NotSent = Failure & { readonly where: 'topic' | 'state' | 'report' };

/** Several audits may end at the same time, and each writes under the generation that it read. */
const ATTEMPTS = 8;
/** A refusal may be over soon too, as a grant spreads. Only this process can correct what it sends without a note in the state. */
const REFUSED_ATTEMPTS = 2;

/** A correction may become false too while it is sent. */
const CORRECTIONS_MAX = 3;

/**
 * Logs and sends an alert for each finding that opened, closed, or has been open for another day. The alerts are written to the state, under
 * the generation that was read, before they are sent, and deleted after. So two audits that end at the same time send an alert once, and when an
 * audit dies while it sends, the next audit sends its alerts, as far as they are still true.
 *
 * Findings are logged before anything is written or published. If the state does not answer, the last one that is known decides what is new.
 *
 * @returns `OVERTAKEN` if nothing was done, because the policies must be read again
 */
export async function sendAlerts(
  report: Report,
  options: AlertOptions,
): Promise<Result<readonly Alert[], Failure>> {
  const { state, newId, now, stale, memory, log, movesCanary } = options;
  const logOnce = onceEach(log);
  if (!state) {
    const canaries = movesCanary ? [canaryWithoutState(report.generatedAt)] : [];
    const all = [...allOpen(report), ...canaries];
    all.forEach(logOnce);
    return publish(all, options);
  }
  const id = newId();
  const rebuild = async (stored: AlertState, lost: number): Promise<AlertState> => {
    const last = await options.lastReport();
    options.broken(lost);
    return last ? rebuilt(stored, last) : stored;
  };
  /** Nobody knows what was open. What is open now opens, and what has ended since the last report closes. */
  const withoutState = async (): Promise<AlertState> => {
    const last = await options.lastReport();
    if (!last) return EMPTY_STATE;
    const found = new Set(report.findings.map(({ fingerprint }) => fingerprint));
    const ended = last.findings.filter(({ fingerprint }) => !found.has(fingerprint));
    const administrators = administratorsIn(last);
    const { open } = rebuilt(EMPTY_STATE, { ...last, findings: ended });
    return { ...EMPTY_STATE, open, administrators };
  };
  const isOvertaken = ({ decidedBy }: AlertState) =>
    options.before !== undefined && decidedBy !== options.before.decidedBy;
  const claimOver = async (stored: AlertState, lost = 0): Promise<AlertState> => {
    const before = lost > 0 ? await rebuild(stored, lost) : stored;
    if (isAhead(before.reportAt, now())) options.ahead(before.reportAt);
    const { unrecorded } = memory;
    const claim = await inSteps(
      claimSteps(before, report, { id, stale, now: now(), unrecorded, movesCanary }),
    );
    claim.news.forEach(logOnce);
    return claim.state;
  };
  const claimed = await change(state, options, async (found, lost) => {
    const stored = found ?? (await withoutState());
    // After a write without an answer, the state has them already.
    if (stored.decidedBy === id && stored.reportAt === report.generatedAt) return stored;
    return lost === 0 && isOvertaken(stored) ? undefined : claimOver(stored, lost);
  });
  if (!claimed.ok) {
    if (claimed.error === OVERTAKEN) return claimed;
    options.failed({ ...claimed.error, where: 'state' });
    await sendUnrecorded(id, claimOver, options);
    return claimed;
  }
  memory.state = claimed.value;
  memory.unrecorded = [];
  let mine = alertsUnder(id, memory.state);
  const sent = await publish(mine, options);
  if (!sent.ok || mine.length === 0) return sent;
  for (let round = 0; ; round++) {
    let corrections: readonly Alert[] = [];
    await options.pause();
    const cleared = await change(state, options, async (before = EMPTY_STATE) => {
      const after = sentState(before, mine, { id, now: now() });
      corrections = after.corrections;
      return after.state;
    });
    if (!cleared.ok) {
      options.failed({ ...cleared.error, where: 'state' });
      return cleared;
    }
    memory.state = cleared.value;
    if (corrections.length === 0 || round === CORRECTIONS_MAX) return sent;
    mine = corrections;
    const corrected = await publish(mine, options);
    if (!corrected.ok) return corrected;
  }
}

const alertsUnder = (id: string, { pending }: AlertState): readonly Alert[] =>
  pending.find((one) => one.id === id)?.alerts ?? [];

/** The state refuses, so the last one that this process knows decides. If publishing fails too, the next audit of this process tries again. */
async function sendUnrecorded(
  id: string,
  claimOver: (stored: AlertState) => Promise<AlertState>,
  options: AlertOptions,
): Promise<void> {
  const { memory, now } = options;
  const until = now().toISOString();
  const pending = memory.state.pending.map((one) => ({ ...one, until }));
  const claimed = await claimOver({ ...memory.state, pending });
  // The canary shows that the whole way is open, and the state is part of it.
  const mine = alertsUnder(id, claimed).filter(({ finding }) => !isCanary(finding));
  const sent = await publish(mine, options);
  if (!sent.ok) {
    memory.state = claimed;
    return;
  }
  memory.state = { ...claimed, pending: claimed.pending.filter((one) => one.id !== id) };
  const last = [...memory.unrecorded, ...mine].map(
    (one) => [one.finding.fingerprint, one] as const,
  );
  memory.unrecorded = [...new Map(last).values()];
}

/** If another audit has written meanwhile, the same alerts are found once more. */
function onceEach(log: (alert: Alert) => void): (alert: Alert) => void {
  const logged = new Set<string>();
  return (alert) => {
    const key = `${alert.event} ${alert.finding.fingerprint}`;
    if (!logged.has(key)) log(alert);
    logged.add(key);
  };
}

/** Reads, changes and writes the state under the generation that was read. Repeats if another audit wrote in between. `to` refuses with `undefined`. */
async function change(
  at: ObjectLocation,
  { objects, pause, signal }: AlertOptions,
  to: (before: AlertState | undefined, lost: number) => Promise<AlertState | undefined>,
): Promise<Result<AlertState, Failure>> {
  let last: Failure = { reason: 'etag-stale', detail: 'the state of alerts' };
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const read = await readState(at, objects, signal);
    last = read.ok ? last : read.error;
    if (!read.ok) {
      if (attempt >= REFUSED_ATTEMPTS) break;
      await pause();
      continue;
    }
    const after = await to(read.value.state, read.value.lost ?? 0);
    if (!after) return err(OVERTAKEN);
    const written = await writeState(at, after, read.value.generation, objects, signal);
    if (written.ok) return ok(after);
    last = written.error;
    // A write without an answer may have succeeded, so the state is read again before anything is sent.
    const isBusy = last.reason === 'etag-stale' || last.reason === 'cloud-busy';
    if (!isBusy && attempt >= REFUSED_ATTEMPTS) break;
    await pause();
  }
  return err(last);
}

async function publish(
  alerts: readonly Alert[],
  { topics, topic, signal, failed }: Pick<AlertOptions, 'topics' | 'topic' | 'signal' | 'failed'>,
): Promise<Result<readonly Alert[], Failure>> {
  for (let first = 0; first < alerts.length; first += PUBLISHED_AT_ONCE) {
    const some = alerts.slice(first, first + PUBLISHED_AT_ONCE);
    const sent = await topics.publish(topic, some.flatMap(envelopesOf), signal);
    if (sent.ok) continue;
    failed({ ...sent.error, where: 'topic' });
    return sent;
  }
  return ok(alerts);
}

/** A first audit may find thousands. To write them all as JSON would keep the process busy for a tenth of a second. */
const PUBLISHED_AT_ONCE = 200;

/** Pub/Sub takes 100 attributes at most for a message. */
const CHAINS_AT_MOST = 80;

/**
 * A message for each 80 chains of the finding, and at least one. The filter of a subscription cannot search in a list, but it can ask for a
 * key. So each chain is a key: `attributes:"chain/billing-export"`.
 *
 * @see https://cloud.google.com/pubsub/docs/subscription-message-filter
 */
function envelopesOf({ event, finding, reportAt, ...change }: Alert): Envelope[] {
  const { fingerprint, chain = '', chains, chainCount, severity, kind } = finding;
  const parts = Math.max(1, Math.ceil(chains.length / CHAINS_AT_MOST));
  return Array.from({ length: parts }, (_, i) => ({
    message: { event, reportAt, ...finding, ...change },
    attributes: {
      event,
      reportAt,
      fingerprint,
      severity,
      kind,
      // So no filter that people use lets the canary pass.
      ...(!isCanary(finding) && { chain, part: String(i + 1) }),
      ...(chainCount !== undefined && { chainsLeftOut: String(chainCount - chains.length) }),
      ...Object.fromEntries(
        chains
          .slice(i * CHAINS_AT_MOST, (i + 1) * CHAINS_AT_MOST)
          .map((name) => [`chain/${name}`, 'affected']),
      ),
    },
  }));
}
