import { type ChainPosition, formatPosition } from '../../chain/chain.ts';
import { projectOfSecret } from '../../chain/secret.ts';
import { secretListOf } from '../../rotation/ledger/listed-secrets.ts';
import { countsAgainst, type Finding } from '../finding/finding.ts';
import type { Report } from '../report.ts';
import type { Alert, AlertState, OpenFinding } from './alert-state.ts';

const DAY_MS = 86_400_000;

/** An open finding is reported again after a day. An hour less, because a daily audit may start a little early and would skip a day. */
const REPEAT_AFTER_MS = DAY_MS - 3_600_000;

export const EMPTY_STATE: AlertState = { version: 1, reportAt: '', open: [], pending: [] };

/**
 * The alerts that a report causes, and the findings that are open after it. A report that is older than the stored state changes nothing,
 * because two audits may run at the same time and end in any order.
 */
export function alertsOf(
  before: AlertState,
  report: Report,
): { readonly alerts: readonly Alert[]; readonly open: readonly OpenFinding[] } {
  const at = report.generatedAt;
  if (at <= before.reportAt) return { alerts: [], open: before.open };
  const known = new Map(before.open.map((finding) => [finding.fingerprint, finding]));
  const found = new Map(
    openFindingsOf(report).map((finding): [string, OpenFinding] => [finding.fingerprint, finding]),
  );
  const alerts: Alert[] = [];
  const open: OpenFinding[] = [];
  for (const [fingerprint, finding] of found) {
    const earlier = known.get(fingerprint);
    const isDue = earlier && Date.parse(at) - Date.parse(earlier.alertedAt) >= REPEAT_AFTER_MS;
    const current = earlier
      ? { ...finding, openedAt: earlier.openedAt, ...(!isDue && { alertedAt: earlier.alertedAt }) }
      : finding;
    open.push(current);
    if (!earlier) alerts.push({ event: 'opened', finding: current });
    else if (isDue) alerts.push({ event: 'open', finding: current });
  }
  for (const finding of before.open) {
    if (found.has(finding.fingerprint)) continue;
    if (isClosed(finding, report)) alerts.push({ event: 'closed', finding });
    else open.push(finding);
  }
  return { alerts, open };
}

/** Without a stored state, each audit reports all open findings. */
export const allOpen = (report: Report): Alert[] =>
  openFindingsOf(report).map((finding) => ({ event: 'open', finding }));

/** A finding that is missing from the report is closed only if the audit has read the policy that the finding depends on. */
function isClosed({ chain, hop, resource, role, kind }: OpenFinding, report: Report): boolean {
  const unread = new Set(report.coverage.unread.map((one) => one.resource));
  if (unread.size === 0) return true;
  if (kind.startsWith('hop-') && hop !== undefined) {
    const state = report.chains.find(({ name }) => name === chain)?.hops[hop - 1]?.state;
    return state !== 'unknown';
  }
  if (unread.has(resource) || (role !== undefined && unread.has(role))) return false;
  if (/^projects\/[^/]+\/secrets\//.test(resource)) {
    return !unread.has(secretListOf(projectOfSecret(resource)));
  }
  // This audit may not have reached an intermediate account that an earlier audit did. Then its policy was not read.
  return !hasPolicy(resource) || report.coverage.read.includes(resource);
}

const hasPolicy = (resource: string): boolean =>
  /^(projects|folders|organizations)\//.test(resource);

/** The findings of a report that alerts are about, as if each was new. */
function openFindingsOf({ findings, chains, generatedAt }: Report): OpenFinding[] {
  const sources = new Map(chains.map(({ name, source }) => [name, source]));
  return findings
    .filter(countsAgainst)
    .map((finding) => openFinding(finding, sources.get(finding.chain ?? ''), generatedAt));
}

const openFinding = (
  finding: Finding,
  source: ChainPosition | null | undefined,
  at: string,
): OpenFinding => {
  const { kind, severity, chain, hop, account, member, fingerprint, evidence, fix } = finding;
  const { summary, resource, role } = evidence;
  return {
    kind,
    severity,
    ...(chain !== undefined && { chain }),
    ...(source && { source: formatPosition(source) }),
    ...(hop !== undefined && { hop }),
    account,
    ...(member !== undefined && { member }),
    fingerprint,
    summary,
    resource,
    ...(role !== undefined && { role }),
    ...(fix && { fix: fix.gcloud }),
    openedAt: at,
    alertedAt: at,
  };
};
