/** The most severe first. `clean`, the exit code and alerts count low and above. */
export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const;
/** Negative if `a` is more severe. */
export const compareSeverity = (a: Severity, b: Severity): number =>
  SEVERITIES.indexOf(a) - SEVERITIES.indexOf(b);

export type Severity = (typeof SEVERITIES)[number];
