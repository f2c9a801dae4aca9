import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Request, Response } from '@google-cloud/functions-framework';
import type { ReportedFailure } from '../../shared/domain/rotation/messages.ts';
import { inTrace } from '../../shared/telemetry/tracing.ts';
import { batchWhileBusy } from '../runtime/batch.ts';
import { DEADLINE_MS, type Runtime } from '../runtime/runtime.ts';
import { keeping } from '../runtime/single-flight.ts';
import { alertLine } from './alert-log-line.ts';
import type { Auditor } from './auditor.ts';

/** An audit reads every policy once, within the minutes of an HTTP request. */
const AUDIT_DEADLINE_MS = 240_000;
/** Policies are changed several at a time. */
const GATHER_MS = 60_000;

/** Answers people, uptime checks, the scheduler and pushes. */
export function auditEntryPoint({ config, cloud, log, now, topic, readIntent, told }: Runtime) {
  let auditor: Promise<Auditor> | undefined;

  /** One for the life of the process: it keeps what it has read, and what it last found. */
  const theAuditor = (): Promise<Auditor> => {
    auditor ??= import('./auditor.ts').then(({ auditorOf }) =>
      auditorOf({
        cloud,
        readIntent,
        state: config.state,
        driftTopic: topic('drift'),
        log: {
          audited: ({ clean, findings, coverage }) => {
            const fields = { event: 'audited', clean, findings: findings.length };
            log.info({ ...fields, unread: coverage.unread.length }, 'audited');
          },
          alert: (alert) => {
            const { level, fields, message } = alertLine(alert);
            log[level](fields, message);
          },
          untold: (failure) => log.error({ event: 'alerts-untold', ...failure }, 'alerts untold'),
        },
        now,
        newId: () => randomUUID(),
        signal: () => AbortSignal.timeout(AUDIT_DEADLINE_MS),
        wait: () => sleep(GATHER_MS),
      }),
    );
    return auditor;
  };

  /** Never two at a time, however many uptime checks ask. */
  const statuses = keeping(
    async () => {
      const { status } = await import('../../shared/operations/status.ts');
      const { file, version } = await readIntent();
      const signal = AbortSignal.timeout(DEADLINE_MS);
      return status(file, version, cloud.secrets, now, signal);
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
    const { diagnosisLogLine: toldAs } = await import('../../shared/operations/diagnose.ts');
    const { isTemporary: passes, fields, message } = toldAs(failure, found);
    if (passes) log.warn(fields, message);
    else log.error(fields, message);
  }

  async function serve(request: Request, response: Response): Promise<void> {
    try {
      const { answer } = await import('./routes.ts');
      const { method, path, query, body: sent } = request;
      const asked = {
        method,
        path,
        query,
        accepts: (of: string[]) => request.accepts(of),
        body: sent,
      };
      const { status, headers, contentType, body } = await answer(asked, {
        lastReport: async () => (await theAuditor()).last(),
        newReport: async () => (await theAuditor()).renew(),
        status: async () => (await statuses.renew()).value,
        failed: (failure, traceparent) =>
          inTrace([traceparent, request.get('traceparent')], () => explainFailure(failure)),
        changed: async (names) => (await theAuditor()).changed(names),
        malformed: (detail) => log.error({ event: 'message-malformed', detail }, 'not understood'),
        now,
        local: config.cloudUrl !== undefined,
      });
      response.status(status).set(headers ?? {});
      if (contentType) response.type(contentType);
      response.send(body);
    } catch (error) {
      log.error({ event: 'audit-failed', detail: told(error).message }, 'audit failed');
      response.status(500).type('text/plain').send('The audit failed; its log says why.\n');
    }
  }

  return (request: Request, response: Response) =>
    inTrace([request.get('traceparent')], () => serve(request, response));
}
