import type { Severity } from '../../domain/audit/finding/finding.ts';
import type { Report } from '../../domain/audit/report.ts';

/** What of a report is shown. An empty list leaves nothing out. */
export type Filter = {
  readonly chains: readonly string[];
  readonly severities: readonly Severity[];
};

/** A report as it leaves us. */
export type ShownReport = Report & {
  /** There while something is left out. `clean` and coverage are still those of the whole audit. */
  readonly filter?: Filter;
  /** There where a local cloud was audited and not Google. */
  readonly cloud?: 'LOCAL';
};

export const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];
