import {
  ACCOUNTS_MAX,
  CHAINS_MAX,
  type Finding,
  type FindingKind,
  listedChains,
  MEMBERS_MAX,
} from './finding/finding.ts';
import { SEVERITIES, type Severity } from './finding/severity.ts';
import type { Report } from './report.ts';

/** A policy can cause any number of findings. A report with all of them could fill the memory of its reader. */
export const FINDINGS_MAX = 1000;
/** In characters of JSON. The policies choose how long a finding is, so a number of findings alone is no bound. */
export const FINDINGS_SIZE_MAX = 4_000_000;

/** Findings that a report leaves out. */
export type LeftOut = {
  readonly kind: FindingKind;
  readonly severity: Severity;
  readonly count: number;
};

/**
 * A report as it is stored and shown: it has the worst findings, at most 1,000 of them and 4 MB, with 200 members and 200 chains each, and counts
 * the others. Alerts need the full report, because a finding that is left out is still open. So this type is not a `Report`.
 */
export type ListedReport = Omit<Report, 'leftOut' | 'basis'> & {
  /** Present if findings are left out. Sorted like the findings: the most severe first. */
  readonly leftOut?: readonly LeftOut[];
};

/** @param report its findings are sorted: the most severe first */
export function listed<R extends ListedReport>(full: R): Omit<R, 'basis'> & ListedReport {
  const report = withoutBasis(full);
  const { findings, leftOut = [] } = full;
  const kept = worstOf(findings);
  if (kept.length === findings.length && kept.every((one, i) => one === findings[i])) return report;
  const rest = findings
    .slice(kept.length)
    .map(({ kind, severity }) => ({ kind, severity, count: 1 }));
  const all = Map.groupBy([...rest, ...leftOut], (one) => `${one.severity} ${one.kind}`);
  const counted = [...all.values()].flatMap((same): LeftOut[] => {
    const [first] = same;
    return first ? [{ ...first, count: same.reduce((sum, { count }) => sum + count, 0) }] : [];
  });
  return { ...report, findings: kept, ...(counted.length > 0 && { leftOut: counted }) };
}

function withoutBasis<R extends ListedReport>(full: R): Omit<R, 'basis'> & ListedReport {
  if (!('basis' in full)) return full;
  const { basis: _, ...report } = full as ListedReport & { readonly basis: unknown };
  return report as Omit<R, 'basis'> & ListedReport;
}

/** The first findings, shortened, as many as the bounds allow. */
function worstOf(findings: readonly Finding[]): Finding[] {
  const kept: Finding[] = [];
  let left = FINDINGS_SIZE_MAX;
  for (const finding of findings.slice(0, FINDINGS_MAX)) {
    const short = shortened(finding);
    left -= sizeOf(short);
    if (left < 0) break;
    kept.push(short);
  }
  return kept;
}

/** A report is listed again when it is rendered. */
const sizes = new WeakMap<Finding, number>();

function sizeOf(finding: Finding): number {
  const size = sizes.get(finding) ?? JSON.stringify(finding).length;
  sizes.set(finding, size);
  return size;
}

/** The same object if nothing is left out. */
function shortened(finding: Finding): Finding {
  const { members = [], chains, evidence } = finding;
  const { accounts = [], secrets = [] } = evidence;
  const isShort =
    members.length <= MEMBERS_MAX &&
    chains.length <= CHAINS_MAX &&
    accounts.length <= ACCOUNTS_MAX &&
    secrets.length <= ACCOUNTS_MAX;
  if (isShort) return finding;
  return {
    ...finding,
    ...(members.length > MEMBERS_MAX && { members: members.slice(0, MEMBERS_MAX) }),
    ...(chains.length > CHAINS_MAX && listedChains(chains)),
    evidence: {
      ...evidence,
      ...(accounts.length > ACCOUNTS_MAX && {
        accounts: accounts.slice(0, ACCOUNTS_MAX),
        accountCount: accounts.length,
      }),
      ...(secrets.length > ACCOUNTS_MAX && {
        secrets: secrets.slice(0, ACCOUNTS_MAX),
        secretCount: secrets.length,
      }),
    },
  };
}

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
