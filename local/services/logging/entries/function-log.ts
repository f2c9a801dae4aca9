import type { FunctionLogEntry } from '../../../state/log-entry.ts';
import type { State } from '../../../state/state.ts';

/** The log has the newest lines only. */
const MAX_ENTRIES = 10_000;
const KEY = 'logging.googleapis.com';

/**
 * Appends a line that a Cloud Run service printed, as Cloud Run's agent does: JSON becomes `jsonPayload`, and its special fields become fields of
 * the entry.
 *
 * @param service `projects/P/locations/L/services/S`
 * @see https://cloud.google.com/logging/docs/structured-logging#structured_logging_special_fields
 */
export function writeLine(state: State, service: string, line: string): void {
  const [, project_id = '', , location = '', , service_name = ''] = service.split('/');
  const received = state.now().toISOString();
  state.functionLog.push({
    insertId: state.nextInsertId(),
    resource: {
      type: 'cloud_run_revision',
      labels: { project_id, location, service_name, configuration_name: service_name },
    },
    severity: 'DEFAULT',
    timestamp: received,
    logName: `projects/${project_id}/logs/run.googleapis.com%2Fstdout`,
    receiveTimestamp: received,
    ...contentOf(line),
  });
  if (state.functionLog.length > 1.1 * MAX_ENTRIES) {
    state.functionLog.splice(0, state.functionLog.length - MAX_ENTRIES);
  }
}

function contentOf(line: string): Partial<FunctionLogEntry> {
  const fields = objectIn(line);
  if (!fields) return { textPayload: line };
  const {
    severity,
    time,
    [`${KEY}/trace`]: trace,
    [`${KEY}/spanId`]: spanId,
    [`${KEY}/trace_sampled`]: traceSampled,
    [`${KEY}/labels`]: labels,
    ...jsonPayload
  } = fields;
  return {
    jsonPayload,
    ...(typeof severity === 'string' && { severity }),
    ...(typeof time === 'string' && !Number.isNaN(Date.parse(time)) && { timestamp: time }),
    ...(typeof trace === 'string' && { trace }),
    ...(typeof spanId === 'string' && { spanId }),
    ...(typeof traceSampled === 'boolean' && { traceSampled }),
    ...(typeof labels === 'object' &&
      labels !== null && { labels: labels as Record<string, string> }),
  };
}

function objectIn(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
