import type { Cloud } from '../../shared/cloud/cloud.ts';
import type { Alert } from '../../shared/domain/audit/alerts/alerts.ts';
import type { Report } from '../../shared/domain/audit/report.ts';
import type { Failure } from '../../shared/domain/basics/failure.ts';
import type { ReadIntent } from '../../shared/domain/chain/intent.ts';
import { audit } from '../../shared/operations/audit.ts';
import { batchAfter } from '../runtime/batch.ts';
import { type Kept, keeping } from '../runtime/single-flight.ts';
import { remembering } from './policy-cache.ts';
import { archive, lastReport } from './report-archive.ts';
import { type Place, tellAlerts } from './send-alerts.ts';

const KEPT_SECONDS = 300;

export type AuditorOptions = {
  readonly cloud: Cloud;
  readonly readIntent: ReadIntent;
  /** Where what is open is kept, and reports beside it. */
  readonly state: Place | undefined;
  readonly driftTopic: string;
  readonly log: {
    readonly audited: (report: Report) => void;
    readonly alert: (alert: Alert) => void;
    /** The report stands; what was to be told of it or kept was not. */
    readonly untold: (failure: Failure) => void;
  };
  readonly now: () => Date;
  readonly newId: () => string;
  /** For as long as one audit may take. */
  readonly signal: () => AbortSignal;
  /** While changes are gathered. */
  readonly wait: () => Promise<void>;
};

/** Audits when it is asked to, never twice at a time, tells what opens and closes, and keeps the last report for whoever asks. */
export type Auditor = {
  readonly last: () => Promise<Kept<Report>>;
  readonly renew: () => Promise<Kept<Report>>;
  /** Something was changed: what of it was read is read anew, once all that comes within the wait has come. */
  readonly changed: (names: readonly string[]) => Promise<void>;
};

export function auditorOf(options: AuditorOptions): Auditor {
  const { cloud, readIntent, state, driftTopic, log, now, newId, signal, wait } = options;
  const policies = remembering(cloud.policies);
  let hasRead = false;
  let isPartial = false;

  const reports = keeping(
    async () => {
      if (!isPartial) policies.forgetAll();
      isPartial = false;
      const until = signal();
      const { file, version } = await readIntent({ fresh: true });
      const asked = { policies, secrets: cloud.secrets, now: now(), signal: until };
      const report = await audit(file, version, asked);
      hasRead = true;
      log.audited(report);
      await keepAndTell(report, until);
      return report;
    },
    KEPT_SECONDS,
    now,
  );

  async function keepAndTell(report: Report, until: AbortSignal): Promise<void> {
    const { objects, topics } = cloud;
    if (state) {
      const kept = await archive(state, report, objects, now(), until);
      if (!kept.ok) log.untold(kept.error);
    }
    const told = await tellAlerts(report, {
      objects,
      topics,
      topic: driftTopic,
      state,
      log: log.alert,
      now,
      newId,
      signal: until,
    });
    if (!told.ok) log.untold(told.error);
  }

  const reread = batchAfter<readonly string[]>(wait, async (all) => {
    await reports.idle();
    // Before the first audit there is nothing that could be touched, and everything to be read.
    if (hasRead && policies.forget(all.flat()) === 0) return;
    isPartial = hasRead;
    await reports.renew();
  });

  return {
    renew: reports.renew,
    last: async () =>
      (state && (await lastReport(state, cloud.objects, signal()))) ?? reports.last(),
    changed: reread,
  };
}
