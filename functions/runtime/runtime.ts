import type { Request, Response } from '@google-cloud/functions-framework';
import { identitySourceOf } from '../../shared/domain/basics/identity-source.ts';
import type { ReadIntent } from '../../shared/domain/chain/intent.ts';
import type { Asker } from '../../shared/domain/grants/explain-refusal.ts';
import { type Push, parsePush } from '../../shared/domain/rotation/push.ts';
import { googleCloud } from '../../shared/google/cloud.ts';
import { hostsOf } from '../../shared/google/wire/http.ts';
import { applicationDefault, type CurrentIdentity } from '../../shared/google/wire/identity.ts';
import type { LocalClock } from '../../shared/google/wire/local-clock.ts';
import { WIRE } from '../../shared/google/wire/wire.ts';
import { parseConfig } from '../../shared/telemetry/config.ts';
import { bugFields, LoggedError } from '../../shared/telemetry/crash.ts';
import { logger } from '../../shared/telemetry/log.ts';
import { TRACE_ATTRIBUTE } from '../../shared/telemetry/trace.ts';
import { currentTrace, inTrace, tracedTopics } from '../../shared/telemetry/tracing.ts';
import { refusalLog } from './log-refusals.ts';
import { publishedFileReader } from './published-file.ts';
import { guardRequests, NO_PUSH } from './request-guard.ts';

/** The deadline of a rotation, a tick or a status: well below the acknowledgement deadline of 120 s. */
export const DEADLINE_MS = 45_000;

/** The alert on this line counts it for much longer. */
const HEARD_EVERY_MS = 5 * 60_000;

export type Runtime = ReturnType<typeof runtimeOf>;

/**
 * The parts that every function uses: its configuration, Google, the log, the clock, the chain file.
 *
 * @throws {Error} names every variable that is missing or wrong
 */
export function runtimeOf(env: Parameters<typeof parseConfig>[0]) {
  const config = parseConfig(env);
  const hosts = hostsOf(config.cloudUrl, config.pubsubEmulatorHost);
  const { now, ...followed } = config.cloudUrl ? localTime(config.cloudUrl) : { now: machineTime };
  const log = logger({
    local: config.cloudUrl !== undefined,
    project: config.project,
    trace: currentTrace,
  });
  const onRefused = refusalLog(
    () => askerOf(self),
    (fields) => log.warn(fields, 'Google refused a request'),
    now,
  );
  const self = applicationDefault(onRefused);
  const google = googleCloud(hosts, now, self, WIRE, onRefused);
  const cloud = { ...google, topics: tracedTopics(google.topics) };
  guardRequests({
    isLocal: config.cloudUrl !== undefined,
    onRefused: (detail) => log.warn({ event: 'request-refused', detail }, 'request refused'),
    ...followed,
  });
  const topic = (name: string) => `projects/${config.project}/topics/hopmint-${name}`;

  const logRefusal = (detail: string) =>
    log.error({ event: 'chain-file-refused', detail }, 'chain file refused');
  const readChainFile = publishedFileReader({
    objects: cloud.objects,
    at: config.chains,
    onRefused: logRefusal,
    onFallback: (detail, generation) =>
      log.error(
        { event: 'chain-file-fallback', detail, generation },
        'chain file refused: an earlier generation is used',
      ),
    now,
  });
  const readIntent: ReadIntent = (options) =>
    readChainFile(options).catch((error: Error) => {
      logRefusal(error.message);
      throw new LoggedError('there is no usable chain file');
    });

  const toLoggedError = (thrown: unknown): LoggedError => {
    if (thrown instanceof LoggedError) return thrown;
    log.error(bugFields(thrown), 'crashed');
    return new LoggedError('crashed');
  };

  /** A second delivery would be malformed too, so the message is acknowledged. */
  const logMalformed = (detail: string) =>
    log.error({ event: 'message-malformed', detail }, 'not understood');

  /** Calls `line` once in a while, with the number of calls since the last line. */
  const onceInAWhile = (line: (count: number) => void) => {
    let count = 0;
    let lineAt = Number.NEGATIVE_INFINITY;
    return () => {
      count++;
      if (now().getTime() - lineAt < HEARD_EVERY_MS) return;
      line(count);
      lineAt = now().getTime();
      count = 0;
    };
  };
  /** The audit log reported a change. Without such lines no events arrive. */
  const logHeard = onceInAWhile((changes) =>
    log.info({ event: 'changes-heard', changes }, 'the audit log reports changes'),
  );
  /** The audit log reported a mint. */
  const logMintHeard = onceInAWhile((mints) =>
    log.info({ event: 'mints-heard', mints }, 'the audit log reports mints'),
  );

  /**
   * An HTTP function that Pub/Sub pushes messages to. It acknowledges each message, except when `handle` throws.
   * Cloud Run starts a trace for each request. The trace of the message has priority.
   */
  const pushed =
    (handle: (push: Push, path: string) => Promise<void>) =>
    async (request: Request, response: Response): Promise<void> => {
      if (request.method !== 'POST') {
        response.status(405).set('Allow', 'POST').end();
        return;
      }
      const push = parsePush(request.body);
      const traces = [push?.attributes[TRACE_ATTRIBUTE], request.get('traceparent')];
      const status = await inTrace(traces, async () => {
        try {
          if (push) await handle(push, request.path);
          else logMalformed(NO_PUSH);
          return 204;
        } catch (error) {
          toLoggedError(error);
          return 500;
        }
      });
      response.status(status).end();
    };

  return {
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
    pushed,
  };
}

const machineTime = () => new Date();

async function askerOf({ email, source }: CurrentIdentity): Promise<Asker> {
  const [name, from = identitySourceOf(null)] = await Promise.all([email(), source?.()]);
  return { source: from, ...(name !== undefined && { name }) };
}

/** The time of a local cloud. Its clock can move at any time, so each request reads it. With Google nothing of this is loaded. */
function localTime(cloudUrl: string) {
  let clock: LocalClock | undefined;
  const loaded = import('../../shared/google/wire/local-clock.ts').then(async ({ localClock }) => {
    clock = localClock(cloudUrl, machineTime);
    await clock.refresh();
    return clock;
  });
  const now = () => clock?.now() ?? machineTime();
  const beforeEach = async () => (await loaded).refresh();
  return { now, beforeEach };
}
