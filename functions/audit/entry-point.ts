import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Request, Response } from '@google-cloud/functions-framework';
import type { ReportedFailure } from '../../shared/domain/rotation/messages.ts';
import { inTrace } from '../../shared/telemetry/tracing.ts';
import { batchWhileBusy } from '../runtime/batch.ts';
import { DEADLINE_MS, type Runtime } from '../runtime/runtime.ts';
import { singleFlight } from '../runtime/single-flight.ts';
import { alertLine } from './alert-log-line.ts';
import type { Auditor } from './auditor.ts';

/** An audit reads every policy once. With the time to collect changes and to deliver, it stays within one HTTP request of 300 s. */
const AUDIT_DEADLINE_MS = 180_000;
/** Then the report is made with what was observed until then. */
const OBSERVING_MS = 150_000;
/** How long the report and its alerts may take after that. */
const DELIVERING_MS = 50_000;
/** Cloud Storage takes one write a second for an object. Another instance may wait too, so nobody waits for exactly a second. */
const pauseMs = (): number => 1000 + Math.random() * 1000;
/** A round comes each minute. */
const ROUND_MS = 50_000;
/** How long changes are collected before an audit. Policies often change several at a time. */
const COLLECT_MS = 60_000;
/** How long after a change of a secret its versions are read. One change often makes several entries. */
const SETTLE_MS = 2000;

/** Handles the requests of people, uptime checks, Cloud Scheduler and Pub/Sub. */
export function auditEntryPoint({
  config,
  cloud,
  log,
  now,
  topic,
  readIntent,
  toLoggedError,
  logMalformed,
  logHeard,
  logMintHeard,
}: Runtime) {
  let auditor: Promise<Auditor> | undefined;

  /** One auditor for the life of the process: it caches policies and the last report. */
  const theAuditor = (): Promise<Auditor> => {
    auditor ??= import('./auditor.ts').then(({ auditorOf }) =>
      auditorOf({
        cloud,
        readIntent,
        chains: config.chains,
        state: config.state,
        driftTopic: topic('drift'),
        tickTopic: topic('tick'),
        log: {
          audited: ({ clean, findings, coverage }, scope) => {
            const fields = { event: 'audited', scope, clean, findings: findings.length };
            log.info({ ...fields, unread: coverage.unread.length }, 'audited');
          },
          alert: (alert) => {
            const { level, fields, message } = alertLine(alert);
            log[level](fields, message);
          },
          healing: (healed) =>
            log.warn({ event: 'healing', healed }, 'credentials were not usable'),
          notStored: (failure) =>
            log.error(
              { event: 'mints-not-stored', ...failure },
              'mints that were seen are not stored',
            ),
          notHealed: (failure) =>
            log.error({ event: 'healing-failed', ...failure }, 'healing failed'),
          broken: (lost) =>
            log.error(
              { event: 'state-broken', lost },
              'lines of the state of alerts are lost: it is rebuilt from the last report',
            ),
          ahead: (reportAt) =>
            log.error(
              { event: 'report-ahead', reportAt },
              'the last report is from the future, and is ignored',
            ),
          notSent: (failure) =>
            log.error({ event: 'alerts-not-sent', ...failure }, 'alerts not sent'),
        },
        now,
        newId: () => randomUUID(),
        signal: () => AbortSignal.timeout(AUDIT_DEADLINE_MS),
        delivering: () => AbortSignal.timeout(DELIVERING_MS),
        observing: () => AbortSignal.timeout(OBSERVING_MS),
        round: () => AbortSignal.timeout(ROUND_MS),
        wait: () => sleep(COLLECT_MS),
        pause: () => sleep(pauseMs()),
        settle: () => sleep(SETTLE_MS),
      }),
    );
    return auditor;
  };

  /** One status at a time, for any number of uptime checks. */
  const statuses = singleFlight(
    async () => {
      const { status } = await import('../../shared/operations/status.ts');
      const { file, version } = await readIntent();
      const signal = AbortSignal.timeout(DEADLINE_MS);
      const { known, evidence } = await theAuditor();
      return status(file, version, cloud.secrets, await known(), now, signal, evidence(file));
    },
    0,
    now,
  );

  const diagnosed = batchWhileBusy(async (failures: readonly ReportedFailure[]) => {
    const { diagnose } = await import('../../shared/operations/diagnose.ts');
    const signal = AbortSignal.timeout(AUDIT_DEADLINE_MS);
    return diagnose(failures, await readIntent(), { policies: cloud.policies, now, signal });
  });

  async function explainFailure(failure: ReportedFailure): Promise<void> {
    const found = await diagnosed(failure);
    const { diagnosisLogLine } = await import('../../shared/operations/diagnose.ts');
    const { isTemporary, fields, message } = diagnosisLogLine(failure, found);
    if (isTemporary) log.warn(fields, message);
    else log.error(fields, message);
  }

  async function serve(request: Request, response: Response): Promise<void> {
    try {
      const { routeRequest } = await import('./routes.ts');
      const { method, path, query, body: sent } = request;
      const auditRequest = {
        method,
        path,
        query,
        accepts: (of: string[]) => request.accepts(of),
        body: sent,
      };
      const { status, headers, contentType, body } = await routeRequest(auditRequest, {
        lastReport: async () => (await theAuditor()).last(),
        newReport: async () => (await theAuditor()).renew(),
        status: async () => (await statuses.renew()).value,
        failed: (failure, traceparent) =>
          inTrace([traceparent, request.get('traceparent')], () => explainFailure(failure)),
        changed: async (change) => {
          const { isRotation } = await import('../../shared/domain/audit/changed-resources.ts');
          const { file } = await readIntent();
          const { rotated, changed } = await theAuditor();
          await (isRotation(change, file.caller.email) ? rotated : changed)(change.names);
        },
        canary: (arrival) =>
          log.info({ event: 'canary-arrived', ...arrival }, 'the canary has arrived'),
        minted: async (mint) => {
          logMintHeard();
          await (await theAuditor()).minted(mint);
        },
        observe: async () => (await theAuditor()).observe(),
        heard: logHeard,
        malformed: logMalformed,
        now,
        local: config.cloudUrl !== undefined,
      });
      response.status(status).set(headers ?? {});
      if (contentType) response.type(contentType);
      response.send(body);
    } catch (error) {
      log.error({ event: 'audit-failed', detail: toLoggedError(error).message }, 'audit failed');
      response.status(500).type('text/plain').send('The audit failed. Its log says why.\n');
    }
  }

  return (request: Request, response: Response) =>
    inTrace([request.get('traceparent')], () => serve(request, response));
}
