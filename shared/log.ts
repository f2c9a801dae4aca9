import { destination, type Logger, pino } from 'pino';

/** Cloud Logging's names of pino's levels. */
const SEVERITY: Readonly<Record<string, string>> = {
  trace: 'DEBUG',
  debug: 'DEBUG',
  info: 'INFO',
  warn: 'WARNING',
  error: 'ERROR',
  fatal: 'CRITICAL',
};

/**
 * Structured logs, one JSON object a line, as Cloud Logging reads them.
 *
 * @param local every line then says `"cloud":"LOCAL"`
 * @see https://cloud.google.com/logging/docs/structured-logging
 */
export const logger = (local: boolean): Logger =>
  pino(
    {
      base: local ? { cloud: 'LOCAL' } : null,
      messageKey: 'message',
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ severity: SEVERITY[label] ?? 'DEFAULT' }) },
    },
    destination({ fd: 1, sync: true }),
  );
