import type { CloudEvent } from '@google-cloud/functions-framework';
import type { ReadIntent } from '../../shared/domain/chain/intent.ts';
import { googleCloud } from '../../shared/google/cloud.ts';
import { intentReader, sourceOf } from '../../shared/google/intent.ts';
import { hostsOf } from '../../shared/google/wire/http.ts';
import { parseConfig } from '../../shared/telemetry/config.ts';
import { bugFields, Told } from '../../shared/telemetry/crash.ts';
import { logger } from '../../shared/telemetry/log.ts';
import { TRACE_ATTRIBUTE } from '../../shared/telemetry/trace.ts';
import { currentTrace, inTrace, tracedTopics } from '../../shared/telemetry/tracing.ts';

/** A rotation, a tick and a status have this long: well under the acknowledgement deadline of 120 s. */
export const DEADLINE_MS = 45_000;

export type Pushed = CloudEvent<{
  message: { data?: string; attributes?: Record<string, string> };
}>;

export type Runtime = ReturnType<typeof runtimeOf>;

/**
 * What every function stands on: its configuration, Google, the log, the clock, the chain file.
 *
 * @throws {Error} naming every variable that is missing or wrong
 */
export function runtimeOf(env: Parameters<typeof parseConfig>[0]) {
  const config = parseConfig(env);
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
      const { parseChainFiles } = await import('../../shared/domain/chain-file/parse.ts');
      const { file, faults } = parseChainFiles([{ path: config.chains, text }], now());
      if (file) return file;
      throw new Error(
        faults.map((f) => `${f.line}:${f.column} ${f.path}: ${f.message}`).join('\n'),
      );
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

  /** Cloud Run begins a trace for each request: what a message carries comes first. */
  const handling = (handle: (event: Pushed) => Promise<void>) => (event: Pushed) =>
    inTrace([event.data?.message.attributes?.[TRACE_ATTRIBUTE], event.traceparent], () =>
      handle(event).catch((error: unknown) => {
        throw told(error);
      }),
    );

  return { config, cloud, log, now, topic, readIntent, told, handling };
}
