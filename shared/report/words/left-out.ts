import {
  countsOf,
  FINDINGS_MAX,
  FINDINGS_SIZE_MAX,
  type ListedReport,
} from '../../domain/audit/listed-report.ts';

/** One line that says how many findings a report leaves out; undefined if it has all. */
export function leftOutText({ leftOut = [] }: Pick<ListedReport, 'leftOut'>): string | undefined {
  const counts = countsOf(leftOut);
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return undefined;
  const each = counts.map(({ severity, count }) => `${number(count)} ${severity}`).join(', ');
  const more = total === 1 ? '1 more finding is' : `${number(total)} more findings are`;
  return `${more} left out (${each}): a report holds the worst, ${number(FINDINGS_MAX)} and ${FINDINGS_SIZE_MAX / 1_000_000} MB at most`;
}

/** How many findings an audit made, those that the report leaves out included. */
export const countOfFindings = ({ findings, leftOut = [] }: ListedReport): number =>
  leftOut.reduce((sum, { count }) => sum + count, findings.length);

const number = (n: number): string => n.toLocaleString('en-US');
