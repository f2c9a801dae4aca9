import { type Finding, type FindingKind, MEMBERS_MAX } from './finding/finding.ts';
import { SEVERITIES, type Severity } from './finding/severity.ts';
import type { Report } from './report.ts';

/** A policy can cause any number of findings. A report with all of them could fill the memory of its reader. */
export const FINDINGS_MAX = 1000;

/** Findings that a report leaves out. */
export type LeftOut = {
  readonly kind: FindingKind;
  readonly severity: Severity;
  readonly count: number;
};

/**
 * A report as it is stored and shown: it has the 1,000 worst findings with 200 members each, and counts the others. Alerts need the full report, because a finding
 * that is left out is still open. So this type is not a `Report`.
 */
export type ListedReport = Omit<Report, 'leftOut' | 'basis'> & {
  /** Present if findings are left out. Sorted like the findings: the most severe first. */
  readonly leftOut?: readonly LeftOut[];
};

/** @param report its findings are sorted: the most severe first */
export function listed<R extends ListedReport>(full: R): Omit<R, 'basis'> & ListedReport {
  const report = withoutBasis(full);
  const { findings, leftOut = [] } = full;
  if (findings.length <= FINDINGS_MAX) {
    return findings.some(hasMany) ? { ...report, findings: findings.map(shortened) } : report;
  }
  const rest = findings
    .slice(FINDINGS_MAX)
    .map(({ kind, severity }) => ({ kind, severity, count: 1 }));
  const all = Map.groupBy([...rest, ...leftOut], (one) => `${one.severity} ${one.kind}`);
  const counted = [...all.values()].flatMap((same): LeftOut[] => {
    const [first] = same;
    return first ? [{ ...first, count: same.reduce((sum, { count }) => sum + count, 0) }] : [];
  });
  return { ...report, findings: findings.slice(0, FINDINGS_MAX).map(shortened), leftOut: counted };
}

function withoutBasis<R extends ListedReport>(full: R): Omit<R, 'basis'> & ListedReport {
  if (!('basis' in full)) return full;
  const { basis: _, ...report } = full as ListedReport & { readonly basis: unknown };
  return report as Omit<R, 'basis'> & ListedReport;
}

const hasMany = ({ members = [] }: Finding): boolean => members.length > MEMBERS_MAX;

const shortened = (finding: Finding): Finding =>
  hasMany(finding)
    ? { ...finding, members: (finding.members ?? []).slice(0, MEMBERS_MAX) }
    : finding;

export type SeverityCount = { readonly severity: Severity; readonly count: number };

/** How many findings of each severity there are, the most severe first. A severity without findings is not in the list. */
export const countsOf = (
  findings: readonly { readonly severity: Severity; readonly count?: number }[],
): SeverityCount[] =>
  SEVERITIES.map((severity) => ({
    severity,
    count: findings
      .filter((one) => one.severity === severity)
      .reduce((sum, { count = 1 }) => sum + count, 0),
  })).filter(({ count }) => count > 0);
