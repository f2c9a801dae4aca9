import { randomUUID } from 'node:crypto';
import type { Domain } from 'node:domain';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CloudEvent,
  cloudEvent,
  http,
  type Request,
  type Response,
} from '@google-cloud/functions-framework';
import pLimit from 'p-limit';
import { parseConfig } from '../shared/config.ts';
import { bugFields, Told } from '../shared/crash.ts';
import { dispositionOf } from '../shared/domain/failure.ts';
import type { ReadIntent } from '../shared/domain/intent.ts';
import type { ReportedFailure } from '../shared/domain/message.ts';
import { type Memory, noMemory } from '../shared/domain/plan-tick.ts';
import type { Source } from '../shared/domain/report.ts';
import { TRACE_ATTRIBUTE } from '../shared/domain/trace.ts';
import { googleCloud } from '../shared/google/cloud.ts';
import { hostsOf } from '../shared/google/http.ts';
import { intentReader, sourceOf } from '../shared/google/intent.ts';
import { logger } from '../shared/log.ts';
import { currentTrace, inTrace, tracedTopics } from '../shared/tracing.ts';
import { alertLine } from './alert-line.ts';
import type { Auditor } from './auditor.ts';
import { gathering } from './gather.ts';
import { keeping } from './keep.ts';

// One deployment runs one of these; what each needs is loaded by its first event, not by the others' cold start.

const config = parseConfig(process.env);
const hosts = hostsOf(config.cloudUrl, config.pubsubEmulatorHost);
const google = googleCloud(hosts);
const cloud = { ...google, topics: tracedTopics(google.topics) };
const log = logger({
  local: config.cloudUrl !== undefined,
  project: config.project,
  trace: currentTrace,
});
const now = () => new Date();
const topic = (name: string) => `projects/${config.project}/topics/hopmint-${name}`;

const chainFile = sourceOf(config.chains, cloud.http, hosts);
const chainFileRefused = ({ message }: Error) =>
  log.error({ event: 'chain-file-refused', detail: message }, 'chain file refused');

const lastGoodIntent = intentReader(
  chainFile,
  async (text) => {
    const { parseChainFile } = await import('../shared/domain/chain-file.ts');
    const { file, faults } = parseChainFile(text, now());
    if (file) return file;
    throw new Error(faults.map((f) => `${f.line}:${f.column} ${f.path}: ${f.message}`).join('\n'));
  },
  chainFileRefused,
  now,
);

const readIntent: ReadIntent = (options) =>
  lastGoodIntent(options).catch((error: Error) => {
    chainFileRefused(error);
    throw new Told('there is no chain file that can be used');
  });

const told = (thrown: unknown): Told => {
  if (thrown instanceof Told) return thrown;
  log.error(bugFields(thrown), 'crashed');
  return new Told('crashed');
};

/** A rotation has this long: well under the acknowledgement deadline of 120 s. */
const DEADLINE_MS = 45_000;
/** And this, to tell that it ran out. */
const TELL_MS = 10_000;

type Pushed = CloudEvent<{ message: { data?: string; attributes?: Record<string, string> } }>;

/** Cloud Run begins a trace for each request: what a message carries comes first. */
const handling = (handle: (event: Pushed) => Promise<void>) => (event: Pushed) =>
  inTrace([event.data?.message.attributes?.[TRACE_ATTRIBUTE], event.traceparent], () =>
    handle(event).catch((error: unknown) => {
      throw told(error);
    }),
  );

/**
 * functions-framework runs each event in a domain, which is entered and left around every promise: a third of a rotation's CPU. We need none,
 * as our failures are values, and whatever is thrown comes back by the promise that the framework waits for.
 */
const leaveDomain = () => (process as { domain?: Domain }).domain?.exit();

let memory: Memory = noMemory;
const oneAtATime = pLimit(1);

// One parameter only: functions-framework takes a second one for a callback, and waits for it.
const carryOutTick = (event: Pushed) =>
  oneAtATime(async () => {
    const { fanout } = await import('./fanout.ts');
    const tick = { id: event.id, publishedAt: new Date(event.time ?? now()) };
    const fanned = await fanout(event.data?.message.data ?? '', tick, {
      cloud,
      intent: await readIntent(),
      mintTopic: topic('mint'),
      memory,
      now: now(),
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    if (!fanned.ok) {
      log.error({ event: 'tick-failed', correlationId: event.id, ...fanned.error }, 'tick failed');
      return;
    }
    const { memory: remembered, unlisted, ...outcome } = fanned.value;
    memory = remembered;
    const fields = { correlationId: event.id, ...outcome };
    for (const { project, ...failure } of unlisted) {
      log.error(
        { event: 'tick-failed', correlationId: event.id, project, ...failure },
        'tick failed',
      );
    }
    if (outcome.late.length > 0) log.warn({ event: 'tick-late', ...fields }, 'some will be late');
    else
      log.info({ event: 'tick', ...fields }, outcome.published.length > 0 ? 'tick' : 'nothing due');
  });
cloudEvent('fanout', handling(carryOutTick));

const failedAt = new Map<string, Date>();

async function rotate(event: Pushed): Promise<void> {
  leaveDomain();
  const { mint } = await import('./mint.ts');
  const minted = await mint(event.data?.message.data ?? '', {
    cloud,
    readIntent,
    failedAt,
    failedTopic: topic('failed'),
    tickTopic: topic('tick'),
    now,
    signal: AbortSignal.timeout(DEADLINE_MS),
    toTell: () => AbortSignal.timeout(TELL_MS),
  });
  if (minted.ok) {
    const fields = { event: 'minted', ...minted.value };
    if (minted.value.unproven) log.warn(fields, 'minted, and stored unproven');
    else if (minted.value.undestroyed) log.warn(fields, 'minted, and an older version is left');
    else log.info(fields, 'minted');
    return;
  }
  const disposition = dispositionOf(minted.error.reason);
  const fields = { event: 'mint-failed', ...minted.error, disposition };
  if (disposition === 'drop') log.info(fields, 'mint: not run');
  else if (disposition === 'fail' || minted.error.untold) log.error(fields, 'mint failed');
  else log.warn(fields, 'mint failed, and is tried again');
}
cloudEvent('mint', handling(rotate));

/** An audit reads every policy once, within the minutes of an HTTP request. */
const AUDIT_DEADLINE_MS = 240_000;
/** Policies are changed several at a time. */
const GATHER_MS = 60_000;

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
    const { status } = await import('./status.ts');
    const { file, digest, generation } = await readIntent();
    const signal = AbortSignal.timeout(DEADLINE_MS);
    return status(file, { digest, generation }, cloud.secrets, now, signal);
  },
  0,
  now,
);

const diagnosed = gathering(async (failures: readonly ReportedFailure[]) => {
  const { diagnose } = await import('./diagnose.ts');
  const signal = AbortSignal.timeout(AUDIT_DEADLINE_MS);
  return diagnose(failures, await readIntent(), { policies: cloud.policies, now, signal });
});

async function explainFailure(failure: ReportedFailure): Promise<void> {
  const found = await diagnosed(failure);
  const { toldAs } = await import('./diagnose.ts');
  const { passes, fields, message } = toldAs(failure, found);
  if (passes) log.warn(fields, message);
  else log.error(fields, message);
}

/** For who wants to point at chains: read again, as no function keeps the text. An edition that is gone has no lines. */
async function linesOf({ digest, generation }: Source) {
  const { sourceIn } = await import('../shared/report/source.ts');
  const { sha256 } = await import('../shared/domain/canonical.ts');
  const text = await chainFile.text(generation).catch(() => '');
  return sourceIn(config.chains, sha256(text) === digest ? text : '');
}

async function serve(request: Request, response: Response): Promise<void> {
  try {
    const { answer } = await import('./answer.ts');
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
      chainFile: linesOf,
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
http('audit', (request: Request, response: Response) =>
  inTrace([request.get('traceparent')], () => serve(request, response)),
);
