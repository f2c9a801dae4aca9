import type { Cloud } from '../../shared/cloud/cloud.ts';
import type { Alert, AlertState } from '../../shared/domain/audit/alerts/alert-state.ts';
import { EMPTY_STATE } from '../../shared/domain/audit/alerts/alerts.ts';
import { isAhead } from '../../shared/domain/audit/alerts/claim.ts';
import { isSecretName } from '../../shared/domain/audit/changed-resources.ts';
import { type ListedReport, listed } from '../../shared/domain/audit/listed-report.ts';
import type { Report } from '../../shared/domain/audit/report.ts';
import { differencesFrom } from '../../shared/domain/audit/report-evidence.ts';
import type { Mint } from '../../shared/domain/audit/seen/mint.ts';
import type { Failure } from '../../shared/domain/basics/failure.ts';
import type { ObjectLocation } from '../../shared/domain/basics/object-location.ts';
import type { Result } from '../../shared/domain/basics/result.ts';
import type { ChainFile } from '../../shared/domain/chain/chain.ts';
import type { ReadIntent } from '../../shared/domain/chain/intent.ts';
import type { Evidence } from '../../shared/domain/rotation/ledger/evidence.ts';
import { requestHealing } from '../../shared/operations/request-rotations.ts';
import { batchAfter } from '../runtime/batch.ts';
import { type Cached, singleFlight } from '../runtime/single-flight.ts';
import { auditAfterState } from './audit-after-state.ts';
import { auditQueue, type Scope } from './audit-queue.ts';
import { archive, lastReport } from './bucket/report-archive.ts';
import { chainsToHeal, type Requested } from './heal-unusable.ts';
import { mintWatchOf } from './mint-watch.ts';
import { observerOf } from './observer.ts';
import { cachedPolicies } from './policy-cache.ts';
import { seenStoreOf } from './seen-store.ts';
import { type AlertMemory, type NotSent, OVERTAKEN, sendAlerts } from './send-alerts.ts';

const REPORT_CACHED_SECONDS = 300;
/**
 * IAM may answer with the old policy for some minutes after a change: usually two, sometimes seven or more.
 *
 * @see https://cloud.google.com/iam/docs/access-change-propagation
 */
const AGAIN_AFTER_MS = [3 * 60_000, 10 * 60_000];
/**
 * If another audit decides while this one reads, this one reads again all that its news rest on: its readings may be older. Each time that takes a
 * second or two, so hardly ever is another one faster twice.
 */
const ATTEMPTS = 5;
/** Alerts that were not sent are tried again by the next tick after this time. Until then another audit may have them. */
const RETRY_AFTER_MS = 121_000;
/** How long the last report of the bucket is cached. Another instance may have written a newer one. */
const ARCHIVED_CACHED_SECONDS = 10;

export type AuditorOptions = {
  readonly cloud: Cloud;
  readonly readIntent: ReadIntent;
  /** The object that the intent is read from. By default the one that the intent names. */
  readonly chains?: ObjectLocation;
  /** The object with the open findings. The reports are next to it. */
  readonly state: ObjectLocation | undefined;
  readonly driftTopic: string;
  readonly tickTopic: string;
  readonly log: {
    readonly audited: (report: Report, scope: Scope) => void;
    readonly alert: (alert: Alert) => void;
    /** The report is complete, but its alerts were not sent, or it or their state was not stored. */
    readonly notSent: (failure: NotSent) => void;
    /** So many lines of the stored state are lost. It is rebuilt from the last report. */
    readonly broken: (lost: number) => void;
    /** The last report has this time, which cannot be true. It is ignored. */
    readonly ahead: (reportAt: string) => void;
    /** Rotations were requested for these chains, because their readers get nothing usable. */
    readonly healing: (chains: readonly string[]) => void;
    readonly notHealed: (failure: Failure) => void;
    /** Mints were seen, and are not stored. They are lost if the process ends. */
    readonly notStored: (failure: Failure) => void;
  };
  readonly now: () => Date;
  readonly newId: () => string;
  /** A deadline for the reads of one audit. */
  readonly signal: () => AbortSignal;
  /** A deadline for the report and the alerts of one audit, which begins when they are known. */
  readonly delivering: () => AbortSignal;
  /** An earlier deadline for the observations of one audit. */
  readonly observing: () => AbortSignal;
  /** A deadline for one round of observations between audits. */
  readonly round: () => AbortSignal;
  /** Ends when a batch of changes is complete. */
  readonly wait: () => Promise<void>;
  /** Ends when Cloud Storage takes another write of the same object. */
  readonly pause: () => Promise<void>;
  /** Ends when Secret Manager shows a change of a secret, usually. */
  readonly settle: () => Promise<void>;
};

/** Audits on request, one audit at a time, sends the alerts, and caches the last report. */
export type Auditor = {
  readonly last: () => Promise<Cached<ListedReport>>;
  readonly renew: () => Promise<Cached<ListedReport>>;
  /** The last report, if there is one. Makes none. */
  readonly known: () => Promise<ListedReport | undefined>;
  /**
   * Observes changed secrets within seconds. Reads changed policies again after all changes of a batch have arrived. Returns at once if no chain
   * uses one of the secrets and no audit has read one of the others.
   */
  readonly changed: (names: readonly string[]) => Promise<void>;
  /** A rotation changed these secrets. They are observed if their last observation was not sound, and else by a later round. */
  readonly rotated: (names: readonly string[]) => Promise<void>;
  /** Somebody has minted. Makes a report if it may be something that no chain declares. */
  readonly minted: (mint: Mint) => Promise<void>;
  /** One round of observations. Makes a report if it found another state of a credential than the last report, or if there is no report. */
  readonly observe: () => Promise<void>;
  /** The observations of chains since the last report, and before. */
  readonly evidence: (file: ChainFile) => ReadonlyMap<string, Evidence>;
};

export function auditorOf(options: AuditorOptions): Auditor {
  const {
    cloud,
    readIntent,
    chains,
    state,
    driftTopic,
    tickTopic,
    log,
    now,
    newId,
    signal,
    delivering,
    observing,
    round,
    wait,
    pause,
    settle,
  } = options;
  const policies = cachedPolicies(cloud.policies);
  let hasRead = false;
  let made: ListedReport | undefined;
  let requested: Requested = new Map();

  async function run(scope: Scope): Promise<ListedReport> {
    const until = signal();
    const { file: published, version } = await readIntent({ fresh: true });
    if (scope === 'whole') policies.forgetAll(published.chains.map(({ secret }) => secret));
    const file = chains
      ? { ...published, publishTo: `gs://${chains.bucket}/${chains.name}` }
      : published;
    const isWhole = scope === 'whole' || !hasRead;
    let { before, report } = await auditSince(file, version, { isWhole, signal: until });
    hasRead = true;
    const untilDelivered = delivering();
    for (let attempt = 1; ; attempt++) {
      log.audited(report, isWhole ? 'whole' : 'part');
      made = listed(report);
      const sent = await archiveAndSend(report, made, before, {
        scope,
        until: untilDelivered,
      });
      if (!sent.ok && sent.error === OVERTAKEN && attempt < ATTEMPTS) {
        const again = { isWhole: false, signal: untilDelivered };
        ({ before, report } = await auditSince(file, version, again));
        continue;
      }
      if (!sent.ok && sent.error === OVERTAKEN) log.notSent({ ...OVERTAKEN, where: 'state' });
      retryAt = sent.ok ? undefined : new Date(now().getTime() + RETRY_AFTER_MS);
      break;
    }
    await heal(report, file, untilDelivered);
    return made;
  }

  const memory: AlertMemory = { state: EMPTY_STATE, unrecorded: [] };
  let retryAt: Date | undefined;
  const audits = auditQueue(run, REPORT_CACHED_SECONDS, now);

  const archivedReports = singleFlight(
    async () => {
      const last = state && (await lastReport(state, cloud.objects, signal()));
      return last && isAhead(last.value.generatedAt, now()) ? undefined : last;
    },
    ARCHIVED_CACHED_SECONDS,
    now,
  );

  async function archiveAndSend(
    report: Report,
    kept: ListedReport,
    before: Pick<AlertState, 'decidedBy'>,
    { scope, until }: { readonly scope: Scope; readonly until: AbortSignal },
  ): Promise<Result<unknown, Failure>> {
    const { objects, topics } = cloud;
    if (state) {
      const archived = await archive(state, kept, objects, now(), until);
      if (!archived.ok) log.notSent({ ...archived.error, where: 'report' });
    }
    const sent = await sendAlerts(report, {
      objects,
      topics,
      topic: driftTopic,
      state,
      memory,
      before,
      pause,
      log: log.alert,
      ahead: log.ahead,
      broken: log.broken,
      lastReport: async () =>
        state && (await lastReport(state, objects, until, report.generatedAt))?.value,
      stale: policies.stale(),
      // A change may come at any time, but somebody must ask for a whole audit: usually the scheduler, whose silence the canary shows.
      movesCanary: scope === 'whole',
      failed: log.notSent,
      now,
      newId,
      signal: until,
    });
    archivedReports.forget();
    return sent;
  }

  async function heal(
    report: Pick<Report, 'chains'>,
    file: ChainFile,
    until: AbortSignal,
  ): Promise<void> {
    const chosen = chainsToHeal(report, file, requested, now());
    if (chosen.heal.length === 0) return;
    const published = await requestHealing(chosen.heal, { cloud, tickTopic }, until);
    if (!published.ok) return log.notHealed(published.error);
    requested = chosen.requested;
    log.healing(chosen.heal);
  }

  async function known(): Promise<ListedReport | undefined> {
    const archived = (await archivedReports.last()).value?.value;
    if (!archived || !made) return archived ?? made;
    return archived.generatedAt > made.generatedAt ? archived : made;
  }

  const observer = observerOf({ cloud, readIntent, lastReport: known, now, signal: round });
  const auditSince = auditAfterState({
    cloud,
    policies,
    state,
    memory,
    async takeOver() {
      archivedReports.forget();
      await observer.takeOver();
    },
    more: () => ({
      observing: observing(),
      memory: observer.memory,
      seenIn: mints.seenIn,
    }),
    now,
    delivering,
  });
  const mints = mintWatchOf({
    store: seenStoreOf({ objects: cloud.objects, state, now, signal: delivering, pause }),
    readIntent,
    observer,
    now,
    wait: settle,
    notStored: log.notStored,
  });

  const rereadAll = async (all: readonly (readonly string[])[]) => {
    // An audit that runs may have read the old state already.
    await audits.idle();
    // Before the first audit the cache is empty, so the audit reads everything.
    const names = all.flat();
    if (hasRead && policies.forget(names) === 0 && !policies.touches(names)) return;
    await audits.renew('part');
  };
  const reread = batchAfter(wait, rereadAll);
  /** Before the first audit nobody knows which changes touch something. The first one leads to an audit of everything, so the others need not wait. */
  const firstRead = batchAfter(wait, rereadAll, () => false);

  /** Changes whose policies are read again later. Another instance, or one that starts again, reads them with its whole audits. */
  let spreading: { readonly names: readonly string[]; readonly at: number }[] = [];
  const readAgainLater = (names: readonly string[]) => {
    const at = now().getTime();
    spreading.push(...AGAIN_AFTER_MS.map((after) => ({ names, at: at + after })));
  };
  async function readWhatHasSpread(): Promise<void> {
    const at = now().getTime();
    const due = spreading.filter((one) => one.at <= at);
    spreading = spreading.filter((one) => one.at > at);
    policies.forget(due.flatMap(({ names }) => names));
    const isRetryDue = retryAt !== undefined && retryAt.getTime() <= at;
    // What could not be read is not in the cache, so the audit reads it too.
    if (due.length > 0 || isRetryDue) await audits.renew('part');
  }

  type SecretChange = { readonly names: readonly string[]; readonly isByOther: boolean };
  const reobserve = batchAfter<SecretChange>(settle, async (all) => {
    const namesOf = (changes: readonly SecretChange[]) => changes.flatMap(({ names }) => names);
    const { theirs = [], ours = [] } = Object.groupBy(all, ({ isByOther }) =>
      isByOther ? 'theirs' : 'ours',
    );
    const byOther = new Set(namesOf(theirs));
    const byRotation = namesOf(ours).filter((name) => !byOther.has(name));
    await observer.changed([...byOther], { isByOther: true });
    await observer.changed(byRotation, { isByOther: false });
    // `fanout` heals most changes meanwhile. The report after the batch says what is left.
    if ((await differences()).usable.length > 0) await audits.renew('part');
  });

  /** The chains whose credential is usable now, and was not in the last report, or the other way round. */
  async function differences() {
    const { file } = await readIntent();
    return differencesFrom(await known(), file, observer.evidence(file));
  }

  const rounds = singleFlight(
    async () => {
      await observer.round();
      const { usable, unusable } = await differences();
      const isUnstored = await mints.round();
      const report = await known();
      const isChanged = usable.length + unusable.length > 0 || isUnstored;
      if (!report || isChanged) await audits.renew('part');
      else await heal(report, (await readIntent()).file, round());
    },
    0,
    now,
  );

  return {
    renew: () => audits.renew('whole'),
    known,
    last: async () => (await archivedReports.last()).value ?? audits.last(),
    changed: async (names) => {
      const ofSecrets = names.filter(isSecretName);
      const isRead = policies.touches(names);
      const isOfChain = ofSecrets.length > 0 && (await observer.isOfChain(ofSecrets));
      if (isRead) readAgainLater(names);
      await Promise.all([
        isOfChain && reobserve({ names: ofSecrets, isByOther: true }),
        hasRead ? isRead && reread(names) : firstRead(names),
      ]);
    },
    rotated: async (names) => {
      if (await observer.isConcernedAbout(names)) await reobserve({ names, isByOther: false });
    },
    minted: async (mint) => {
      if (await mints.minted(mint)) await audits.renew('part');
    },
    observe: async () => {
      await rounds.renew();
      await readWhatHasSpread();
    },
    evidence: observer.evidence,
  };
}
