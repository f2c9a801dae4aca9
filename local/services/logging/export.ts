import { ancestryOf } from '../../authorization/ancestry.ts';
import { hasPermission } from '../../authorization/authorize.ts';
import type { Principal } from '../../core/principal.ts';
import type { LogEntry } from '../../state/log-entry.ts';
import type { Sink } from '../../state/sink.ts';
import type { State } from '../../state/state.ts';
import { publish } from '../pubsub/delivery/publish.ts';
import { type LogFilter, parseFilter } from './filter/parse-filter.ts';

/** @param parent `organizations/O`, `folders/F` or `projects/P`. @see https://cloud.google.com/logging/docs/export/configure_export_v2#dest-auth */
export function writerIdentityOf(state: State, parent: string): string {
  const [kind, id = ''] = parent.split('/');
  const owner =
    kind === 'projects'
      ? (state.projects.get(id)?.projectNumber ?? id)
      : `${kind === 'folders' ? 'folder' : 'org'}-${id}`;
  return `serviceAccount:service-${owner}@gcp-sa-logging.iam.gserviceaccount.com`;
}

/** Whether the sink's account has the permission that the export needs on the topic. */
export function canPublish(state: State, { writerIdentity, topic }: Sink): boolean {
  const email = writerIdentity.replace(/^serviceAccount:/, '');
  const writer: Principal = { member: writerIdentity, email, scopes: [] };
  return state.topics.has(topic) && hasPermission(state, writer, 'pubsub.topics.publish', topic);
}

/** Publishes an entry to the topic of each sink that it matches. The settings may lose or delay it. */
export function exportEntry(state: State, entry: LogEntry): void {
  const { eventDelaySeconds, eventLossProbability } = state.settings;
  for (const sink of state.sinks.values()) {
    if (!isOfSink(state, sink, entry)) continue;
    // Without losses no random number is taken, so that a run with the same random numbers stays the same.
    if (eventLossProbability > 0 && state.random() < eventLossProbability) continue;
    if (eventDelaySeconds === 0) publishEntry(state, sink, entry);
    else {
      const dueAt = state.now().getTime() + eventDelaySeconds * 1000;
      state.lateEntries.push({ sink, entry, dueAt });
      for (const listener of state.clockListeners) listener();
    }
  }
}

/** Without the permission nothing is published. The message has the entry as JSON, and one attribute. @see https://cloud.google.com/logging/docs/export/pubsub */
export function publishEntry(state: State, sink: Sink, entry: LogEntry): void {
  if (!canPublish(state, sink)) return;
  const data = Buffer.from(JSON.stringify(entry)).toString('base64');
  const attributes = { 'logging.googleapis.com/timestamp': entry.timestamp };
  publish(state, sink.topic, [{ data, attributes }]);
}

function isOfSink(state: State, sink: Sink, entry: LogEntry): boolean {
  const [container = ''] = entry.logName.split('/logs/');
  const [parent = ''] = sink.name.split('/sinks/');
  const isCovered =
    container === parent || (sink.includeChildren && ancestryOf(state, container).includes(parent));
  return isCovered && filterOf(sink)(entry);
}

const filters = new WeakMap<Sink, LogFilter>();

function filterOf(sink: Sink): LogFilter {
  const filter = filters.get(sink) ?? parseFilter(sink.filter);
  filters.set(sink, filter);
  return filter;
}
