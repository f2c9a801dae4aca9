import type { Severity } from '../../domain/audit/finding/severity.ts';
import type { ListedReport } from '../../domain/audit/listed-report.ts';

/** Which chains and severities of a report to show. An empty list shows all. */
export type Filter = {
  readonly chains: readonly string[];
  readonly severities: readonly Severity[];
};

/** A report as people and programs get it. */
export type ShownReport = ListedReport & {
  /** Present if something is left out. `clean` and `coverage` still describe the whole audit. */
  readonly filter?: Filter;
  /** Present if a local cloud was audited instead of Google. */
  readonly cloud?: 'LOCAL';
};
