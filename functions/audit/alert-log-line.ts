import type { Alert } from '../../shared/domain/audit/alerts/alerts.ts';
import { printable } from '../../shared/domain/basics/printable.ts';

type Level = 'error' | 'warn' | 'info';

/** One line of the log for a finding that opens, closes, or is open still. What comes from a policy is shown for what it is. */
export function alertLine({ event, finding }: Alert): {
  readonly level: Level;
  readonly fields: object;
  readonly message: string;
} {
  const fields = Object.entries(finding).map(([name, value]) => [
    name === 'severity' ? 'findingSeverity' : name, // Cloud Logging's own `severity` is the line's
    typeof value === 'string' ? printable(value) : value,
  ]);
  const isGrave = finding.severity === 'critical' || finding.severity === 'high';
  return {
    level: event === 'closed' ? 'info' : isGrave ? 'error' : 'warn',
    fields: { event: `finding-${event}`, ...Object.fromEntries(fields) },
    message: printable(`${event}: ${finding.kind}: ${finding.summary}`),
  };
}
