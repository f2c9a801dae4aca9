import type { Cloud } from '../../shared/cloud/cloud.ts';
import type { Alert } from '../../shared/domain/audit/alerts/alert-state.ts';
import { type ListedReport, listed } from '../../shared/domain/audit/listed-report.ts';
import type { Report } from '../../shared/domain/audit/report.ts';
import type { Failure } from '../../shared/domain/basics/failure.ts';
import type { ObjectLocation } from '../../shared/domain/basics/object-location.ts';
import type { ChainFile } from '../../shared/domain/chain/chain.ts';
import type { ReadIntent } from '../../shared/domain/chain/intent.ts';
import { audit } from '../../shared/operations/audit.ts';
import { requestRotations } from '../../shared/operations/request-rotations.ts';
import { batchAfter } from '../runtime/batch.ts';
import { type Cached, singleFlight } from '../runtime/single-flight.ts';
import { chainsToHeal, type Requested } from './heal-unusable.ts';
import { cachedPolicies } from './policy-cache.ts';
import { archive, lastReport } from './report-archive.ts';
import { sendAlerts } from './send-alerts.ts';

const REPORT_CACHED_SECONDS = 300;
/** How long the last report of the bucket is cached. Another instance may have written a newer one. */
const ARCHIVED_CACHED_SECONDS = 10;

export type AuditorOptions = {
  readonly cloud: Cloud;
  readonly readIntent: ReadIntent;
  /** The object with the open findings. The reports are next to it. */
  readonly state: ObjectLocation | undefined;
  readonly driftTopic: string;
  readonly tickTopic: string;
  readonly log: {
    readonly audited: (report: Report) => void;
    readonly alert: (alert: Alert) => void;
    /** The report is complete, but its alerts were not sent, or it was not archived. */
    readonly notSent: (failure: Failure) => void;
    /** Rotations were requested for these chains, because their readers get nothing usable. */
    readonly healing: (chains: readonly string[]) => void;
    readonly notHealed: (failure: Failure) => void;
  };
  readonly now: () => Date;
  readonly newId: () => string;
  /** A deadline for one audit. */
  readonly signal: () => AbortSignal;
  /** An earlier deadline for the observations of one audit. */
  readonly observing: () => AbortSignal;
  /** Ends when a batch of changes is complete. */
  readonly wait: () => Promise<void>;
};

/** Audits on request, one audit at a time, sends the alerts, and caches the last report. */
export type Auditor = {
  readonly last: () => Promise<Cached<ListedReport>>;
  readonly renew: () => Promise<Cached<ListedReport>>;
  /** The last report, if there is one. Makes none. */
  readonly known: () => Promise<ListedReport | undefined>;
  /** Reads changed resources again, after all changes of a batch have arrived. Returns at once if no audit has read one of them. */
  readonly changed: (names: readonly string[]) => Promise<void>;
};

export function auditorOf(options: AuditorOptions): Auditor {
  const {
    cloud,
    readIntent,
    state,
    driftTopic,
    tickTopic,
    log,
    now,
    newId,
    signal,
    observing,
    wait,
  } = options;
  const policies = cachedPolicies(cloud.policies, now);
  let hasRead = false;
  let isPartial = false;
  let made: ListedReport | undefined;
  let requested: Requested = new Map();

  const reports = singleFlight(
    async () => {
      if (!isPartial) policies.forgetAll();
      isPartial = false;
      const until = signal();
      const { file, version } = await readIntent({ fresh: true });
      const read = {
        policies,
        secrets: cloud.secrets,
        now: now(),
        signal: until,
        observing: observing(),
      };
      const report = await audit(file, version, read);
      hasRead = true;
      log.audited(report);
      made = listed(report);
      await archiveAndSend(report, made, until);
      await heal(report, file, until);
      return made;
    },
    REPORT_CACHED_SECONDS,
    now,
  );

  const archivedReports = singleFlight(
    async () => state && lastReport(state, cloud.objects, signal()),
    ARCHIVED_CACHED_SECONDS,
    now,
  );

  async function archiveAndSend(
    report: Report,
    kept: ListedReport,
    until: AbortSignal,
  ): Promise<void> {
    const { objects, topics } = cloud;
    if (state) {
      const archived = await archive(state, kept, objects, now(), until);
      if (!archived.ok) log.notSent(archived.error);
    }
    const sent = await sendAlerts(report, {
      objects,
      topics,
      topic: driftTopic,
      state,
      log: log.alert,
      now,
      newId,
      signal: until,
    });
    if (!sent.ok) log.notSent(sent.error);
    archivedReports.forget();
  }

  async function heal(report: Report, file: ChainFile, until: AbortSignal): Promise<void> {
    const chosen = chainsToHeal(report, file, requested, now());
    if (chosen.heal.length === 0) return;
    const published = await requestRotations(chosen.heal, { cloud, tickTopic }, until);
    if (!published.ok) return log.notHealed(published.error);
    requested = chosen.requested;
    log.healing(chosen.heal);
  }

  const reread = batchAfter<readonly string[]>(wait, async (all) => {
    await reports.idle();
    // Before the first audit the cache is empty, so the audit reads everything.
    if (hasRead && policies.forget(all.flat()) === 0) return;
    isPartial = hasRead;
    await reports.renew();
  });

  return {
    renew: reports.renew,
    known: async () => {
      const archived = (await archivedReports.last()).value?.value;
      if (!archived || !made) return archived ?? made;
      return archived.generatedAt > made.generatedAt ? archived : made;
    },
    last: async () => (await archivedReports.last()).value ?? reports.last(),
    changed: async (names) => {
      // Before the first audit nothing is known, so every change counts.
      if (!hasRead || policies.touches(names)) await reread(names);
    },
  };
}
