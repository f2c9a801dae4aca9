import type { FunctionLogEntry, LogEntry } from '../../../state/log-entry.ts';
import { FilterError } from './filter-error.ts';
import { unescaped } from './tokens.ts';

/** The fields of a LogEntry. An entry of the audit log has some of them. @see https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry */
const FIELDS = [
  'errorGroups',
  'httpRequest',
  'insertId',
  'jsonPayload',
  'labels',
  'logName',
  'metadata',
  'operation',
  'protoPayload',
  'receiveTimestamp',
  'resource',
  'severity',
  'sourceLocation',
  'spanId',
  'split',
  'textPayload',
  'timestamp',
  'trace',
  'traceSampled',
];

/**
 * Reads a field of an entry. A field of a list has one value for each element.
 *
 * @param path as in `resource.labels."key.with.dots"`
 * @returns no value when the entry lacks the field
 * @throws {FilterError} when no entry can have the field
 */
export function fieldOf(path: string): (entry: LogEntry | FunctionLogEntry) => unknown[] {
  const keys = [...path.matchAll(/"((?:[^"\\]|\\.)*)"|[^."]+/g)].map(([key, quoted]) =>
    quoted === undefined ? key : unescaped(quoted),
  );
  if (!FIELDS.includes(keys[0] ?? '')) {
    throw new FilterError(`a log entry has no field ${keys[0] ?? path}`);
  }
  return (entry) =>
    keys.reduce<unknown[]>((parents, key) => parents.flatMap(childOf(key)), [entry]);
}

const childOf =
  (key: string) =>
  (parent: unknown): unknown[] => {
    if (typeof parent !== 'object' || parent === null || !Object.hasOwn(parent, key)) return [];
    const value: unknown = Reflect.get(parent, key);
    return Array.isArray(value) ? value : [value];
  };
