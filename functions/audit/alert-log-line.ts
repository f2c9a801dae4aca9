import type { Alert } from '../../shared/domain/audit/alerts/alert-state.ts';
import { printable } from '../../shared/domain/basics/text/printable.ts';

type Level = 'error' | 'warn' | 'info';

/** The log line for a finding that opens, closes, or is still open. Control characters from policies are made visible. */
export function alertLine({ event, finding, ...change }: Alert): {
  readonly level: Level;
  readonly fields: object;
  readonly message: string;
} {
  const fields = Object.entries({ ...finding, ...change }).map(([name, value]) => [
    name === 'severity' ? 'findingSeverity' : name, // Cloud Logging's own `severity` is the line's
    typeof value === 'string'
      ? printable(value)
      : Array.isArray(value)
        ? value.map(printable)
        : value,
  ]);
  const source = finding.source === undefined ? '' : ` (${finding.source})`;
  const isSevere = finding.severity === 'critical' || finding.severity === 'high';
  const isQuiet = event === 'closed' || finding.severity === 'info';
  return {
    level: isQuiet ? 'info' : isSevere ? 'error' : 'warn',
    fields: { event: `finding-${event}`, ...Object.fromEntries(fields) },
    message: printable(`${event}: ${finding.kind}: ${finding.summary}${source}`),
  };
}
