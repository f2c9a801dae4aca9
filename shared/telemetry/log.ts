import { destination, type Logger, pino } from 'pino';
import type { Trace } from './trace.ts';

/** Cloud Logging's names of pino's levels. */
const SEVERITY: Readonly<Record<string, string>> = {
  trace: 'DEBUG',
  debug: 'DEBUG',
  info: 'INFO',
  warn: 'WARNING',
  error: 'ERROR',
  fatal: 'CRITICAL',
};

export type LoggerOptions = {
  /** If true, every line contains `"cloud":"LOCAL"`. */
  readonly local: boolean;
  /** The project of the traces. */
  readonly project: string;
  readonly trace: () => Trace | undefined;
};

/**
 * A structured log for Cloud Logging: one JSON object a line, with the current trace.
 *
 * @see https://cloud.google.com/logging/docs/structured-logging#structured_logging_special_fields
 */
export const logger = ({ local, project, trace }: LoggerOptions): Logger =>
  pino(
    {
      base: local ? { cloud: 'LOCAL' } : null,
      messageKey: 'message',
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: {
        level: (label) => ({ severity: SEVERITY[label] ?? 'DEFAULT' }),
        log: shortened,
      },
      mixin: () => fieldsOf(trace(), project),
    },
    destination({ fd: 1, sync: true }),
  );

/** The most names in a list. Four such lists of the longest names fit into a line. */
const MOST_NAMED = 500;

/**
 * Shortens long lists, and says how many entries are missing. Cloud Logging takes 256 KB a line, and a fleet may have 100,000 due chains.
 *
 * @see https://cloud.google.com/logging/quotas#log-limits
 */
export const shortened = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      Array.isArray(value) && value.length > MOST_NAMED
        ? [...value.slice(0, MOST_NAMED), `and ${value.length - MOST_NAMED} more`]
        : value,
    ]),
  );

const fieldsOf = (trace: Trace | undefined, project: string): object =>
  trace
    ? {
        'logging.googleapis.com/trace': `projects/${project}/traces/${trace.traceId}`,
        'logging.googleapis.com/spanId': trace.spanId,
        'logging.googleapis.com/trace_sampled': trace.isSampled,
      }
    : {};
