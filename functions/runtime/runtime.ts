import type { CloudEvent } from '@google-cloud/functions-framework';
import type { ReadIntent } from '../../shared/domain/chain/intent.ts';
import { googleCloud } from '../../shared/google/cloud.ts';
import { hostsOf } from '../../shared/google/wire/http.ts';
import { parseConfig } from '../../shared/telemetry/config.ts';
import { bugFields, LoggedError } from '../../shared/telemetry/crash.ts';
import { logger } from '../../shared/telemetry/log.ts';
import { TRACE_ATTRIBUTE } from '../../shared/telemetry/trace.ts';
import { currentTrace, inTrace, tracedTopics } from '../../shared/telemetry/tracing.ts';
import { chainFileReader } from './chain-file.ts';

/** The deadline of a rotation, a tick or a status: well below the acknowledgement deadline of 120 s. */
export const DEADLINE_MS = 45_000;

export type Pushed = CloudEvent<{
  message: { data?: string; attributes?: Record<string, string> };
}>;

export type Runtime = ReturnType<typeof runtimeOf>;

/**
 * The parts that every function uses: its configuration, Google, the log, the clock, the chain file.
 *
 * @throws {Error} names every variable that is missing or wrong
 */
export function runtimeOf(env: Parameters<typeof parseConfig>[0]) {
  const config = parseConfig(env);
  const hosts = hostsOf(config.cloudUrl, config.pubsubEmulatorHost);
  const now = () => new Date();
  const google = googleCloud(hosts, now);
  const cloud = { ...google, topics: tracedTopics(google.topics) };
  const log = logger({
    local: config.cloudUrl !== undefined,
    project: config.project,
    trace: currentTrace,
  });
  const topic = (name: string) => `projects/${config.project}/topics/hopmint-${name}`;

  const logRefusal = (detail: string) =>
    log.error({ event: 'chain-file-refused', detail }, 'chain file refused');
  const readChainFile = chainFileReader({
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

  /** Cloud Run starts a trace for each request. The trace of the message has priority. */
  const handling = (handle: (event: Pushed) => Promise<void>) => (event: Pushed) =>
    inTrace([event.data?.message.attributes?.[TRACE_ATTRIBUTE], event.traceparent], () =>
      handle(event).catch((error: unknown) => {
        throw toLoggedError(error);
      }),
    );

  return { config, cloud, log, now, topic, readIntent, toLoggedError, handling };
}
