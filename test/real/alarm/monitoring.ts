import { canPublish } from '../../../local/services/logging/export.ts';
import { parseFilter } from '../../../local/services/logging/filter/parse-filter.ts';
import { backlogOf } from '../../../local/services/pubsub/delivery/backlog.ts';
import type { FunctionLogEntry, LogEntry } from '../../../local/state/log-entry.ts';
import type { State } from '../../../local/state/state.ts';
import type { PlannedMetric } from '../terraform/planned-alerts.ts';

/** An entry of Cloud Logging. */
export type Entry = LogEntry | FunctionLogEntry;

/** By the name of the series: how much a counter rises in one beat, or the value of a gauge. */
export type Measured = {
  readonly counts: ReadonlyMap<string, number>;
  readonly gauges: ReadonlyMap<string, number>;
};

/** The labels that an alert may use, as PromQL writes them. */
const series = (name: string, labels: Readonly<Record<string, string>>): string =>
  `${name}{${Object.entries(labels)
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join(',')}}`;

/**
 * What Cloud Logging and Cloud Monitoring make of the entries of one beat: a counter for each metric and set of labels, and Google's own metrics
 * of sinks and subscriptions.
 */
export function measure(
  metrics: readonly PlannedMetric[],
  entries: readonly Entry[],
  state: State,
): Measured {
  const counts = new Map<string, number>();
  const add = (name: string, count = 1) => counts.set(name, (counts.get(name) ?? 0) + count);
  for (const { name, filter, label_extractors: extractors } of metrics) {
    for (const entry of entries.filter(parseFilter(filter))) {
      const { service_name } = entry.resource.labels;
      add(
        series(`logging_googleapis_com:user_${name.replaceAll('/', '_')}`, {
          monitored_resource: entry.resource.type,
          ...(service_name !== undefined && { service_name }),
          ...Object.fromEntries(
            Object.entries(extractors ?? {}).map(([label, how]) => [label, extracted(entry, how)]),
          ),
        }),
      );
    }
  }
  const audited = entries.filter((entry) => 'protoPayload' in entry).length;
  for (const sink of state.sinks.values()) {
    if (canPublish(state, sink) || audited === 0) continue;
    const [, name = ''] = sink.name.split('/sinks/');
    add(
      series('logging_googleapis_com:exports_error_count', {
        monitored_resource: 'logging_sink',
        name,
      }),
      audited,
    );
  }
  const gauges = new Map<string, number>();
  for (const { name } of state.subscriptions.values()) {
    const { waiting, outstanding } = backlogOf(state, name);
    const pending = [...outstanding.values()].map((one) => one.pending);
    const later = Array.from({ length: waiting.size }, () => waiting.pop()).filter(
      (one) => one !== undefined,
    );
    for (const one of later) waiting.push(one);
    const ages = [...pending, ...later].map(
      ({ message }) => (state.now().getTime() - Date.parse(message.publishTime)) / 1000,
    );
    const gauge = (of: string) =>
      series(`pubsub_googleapis_com:subscription_${of}`, {
        monitored_resource: 'pubsub_subscription',
        subscription_id: name.split('/').at(-1) ?? '',
      });
    gauges.set(gauge('oldest_unacked_message_age'), Math.max(0, ...ages));
    gauges.set(gauge('num_undelivered_messages'), ages.length);
  }
  return { counts, gauges };
}

/** `EXTRACT(a.b)` or `REGEXP_EXTRACT(a.b, "…")`. Without the field the label is empty. */
function extracted(entry: Entry, how: string): string {
  const [, path = '', pattern] = /EXTRACT\(([\w.]+)(?:, "(.+)")?\)$/.exec(how) ?? [];
  const value = path
    .split('.')
    .reduce<unknown>((of, key) => (of as Record<string, unknown> | undefined)?.[key], entry);
  const text = value === undefined ? '' : String(value);
  return pattern === undefined ? text : (new RegExp(pattern).exec(text)?.[1] ?? '');
}

/** A tick comes each minute. Everything else is counted as if it came each five minutes. */
const minutesBetween = (name: string) => (name.includes('user_hopmint_ticks') ? 1 : 5);
const PHASE_MINUTES = 180;
export const TIMES = { healthy: ['179m'], broken: ['190m', '359m'], mended: ['539m'] } as const;

/**
 * Nine hours of samples, one a minute, in promtool's notation: three hours of each phase, with a beat each five minutes. A series begins with its first
 * event.
 */
export function samplesOf(phases: readonly Measured[]): Record<string, string> {
  const samples: Record<string, string> = {};
  for (const name of new Set(phases.flatMap(({ counts }) => [...counts.keys()]))) {
    let total = 0;
    const values: string[] = [];
    for (const { counts } of phases) {
      for (let minute = 0; minute < PHASE_MINUTES; minute++) {
        if (minute % minutesBetween(name) === 0) total += counts.get(name) ?? 0;
        values.push(total === 0 ? '_' : String(total));
      }
    }
    samples[name] = values.join(' ');
  }
  for (const name of new Set(phases.flatMap(({ gauges }) => [...gauges.keys()]))) {
    const values = phases.map(({ gauges }) => `${gauges.get(name) ?? '_'}x${PHASE_MINUTES - 1}`);
    samples[name] = values.join(' ');
  }
  return samples;
}
