import { projectOfSecret } from '../../chain/secret.ts';

import { countsAgainst, type Finding } from '../finding/finding.ts';
import type { Report } from '../report.ts';

/** A finding that was told, and is not closed. */
export type OpenFinding = Pick<
  Finding,
  'kind' | 'severity' | 'chain' | 'hop' | 'account' | 'member' | 'fingerprint'
> & {
  readonly summary: string;
  readonly resource: string;
  readonly role?: string;
  readonly fix?: string;
  /** RFC 3339 */
  readonly openedAt: string;
  /** When it was last told. */
  readonly toldAt: string;
};

/** `open`: it still is, a day later; or nothing is kept of what was told before. */
export type Alert = {
  readonly event: 'opened' | 'closed' | 'open';
  readonly finding: OpenFinding;
};

/** Alerts that one audit is telling. While its time runs nobody else tells them; after that whoever comes does. */
export type Telling = {
  readonly id: string;
  readonly until: string;
  readonly alerts: readonly Alert[];
};

/** What is kept from one audit to the next. */
export type AlertState = {
  readonly version: 1;
  /** When the report was made that this is of. */
  readonly reportAt: string;
  readonly open: readonly OpenFinding[];
  readonly telling: readonly Telling[];
};

const DAY_MS = 86_400_000;

/** An open finding is told again after a day. An hour's slack keeps a daily audit that begins a little sooner from skipping a day. */
const AGAIN_AFTER_MS = DAY_MS - 3_600_000;

export const NO_ALERTS: AlertState = { version: 1, reportAt: '', open: [], telling: [] };

/**
 * What is to be told after a report, and what is kept then. A report that is older than what is kept changes nothing: two audits may run
 * at once, and end in any order.
 */
export function alertsOf(
  before: AlertState,
  report: Report,
): { readonly alerts: readonly Alert[]; readonly open: readonly OpenFinding[] } {
  const at = report.generatedAt;
  if (at <= before.reportAt) return { alerts: [], open: before.open };
  const known = new Map(before.open.map((finding) => [finding.fingerprint, finding]));
  const found = new Map(
    report.findings
      .filter(countsAgainst)
      .map((finding) => [finding.fingerprint, openOf(finding, at)]),
  );
  const alerts: Alert[] = [];
  const open: OpenFinding[] = [];
  for (const [fingerprint, finding] of found) {
    const since = known.get(fingerprint);
    const isDue = since && Date.parse(at) - Date.parse(since.toldAt) >= AGAIN_AFTER_MS;
    const kept = since
      ? { ...finding, openedAt: since.openedAt, ...(!isDue && { toldAt: since.toldAt }) }
      : finding;
    open.push(kept);
    if (!since) alerts.push({ event: 'opened', finding: kept });
    else if (isDue) alerts.push({ event: 'open', finding: kept });
  }
  for (const finding of before.open) {
    if (found.has(finding.fingerprint)) continue;
    if (isOver(finding, report)) alerts.push({ event: 'closed', finding });
    else open.push(finding);
  }
  return { alerts, open };
}

/** Where nothing is kept, every run tells all that is open. */
export const allOpen = (report: Report): Alert[] =>
  report.findings
    .filter(countsAgainst)
    .map((finding) => ({ event: 'open', finding: openOf(finding, report.generatedAt) }));

/** A finding that is not there any more is over only where what it rests on was read: an unread policy clears nobody. */
function isOver({ chain, hop, resource, role, kind }: OpenFinding, report: Report): boolean {
  const unread = new Set(report.coverage.unread.map((one) => one.resource));
  if (unread.size === 0) return true;
  if (kind.startsWith('hop-') && hop !== undefined) {
    const state = report.chains.find(({ name }) => name === chain)?.hops[hop - 1]?.state;
    return state !== 'unknown';
  }
  if (unread.has(resource) || (role !== undefined && unread.has(role))) return false;
  if (/^projects\/[^/]+\/secrets\//.test(resource)) {
    return !unread.has(`projects/${projectOfSecret(resource)}/secrets`);
  }
  // An account that led to a chain's, and was not come by this time, was not looked at.
  return !isPolicied(resource) || report.coverage.read.includes(resource);
}

const isPolicied = (resource: string): boolean =>
  /^(projects|folders|organizations)\//.test(resource);

const openOf = (finding: Finding, at: string): OpenFinding => {
  const { kind, severity, chain, hop, account, member, fingerprint, evidence, fix } = finding;
  const { summary, resource, role } = evidence;
  return {
    kind,
    severity,
    ...(chain !== undefined && { chain }),
    ...(hop !== undefined && { hop }),
    account,
    ...(member !== undefined && { member }),
    fingerprint,
    summary,
    resource,
    ...(role !== undefined && { role }),
    ...(fix && { fix: fix.gcloud }),
    openedAt: at,
    toldAt: at,
  };
};
