import { sha256 } from '../../basics/canonical.ts';
import { finish, type Steps } from '../../basics/steps.ts';
import { type ChainPosition, formatPosition } from '../../chain/chain.ts';
import { projectOfSecret } from '../../chain/secret.ts';
import { secretListOf } from '../../rotation/ledger/listed-secrets.ts';
import { isContainer } from '../access/holders.ts';
import {
  countsAgainst,
  type Finding,
  MEMBERS_MAX,
  membersIn,
  namedMembers,
} from '../finding/finding.ts';
import { compareSeverity } from '../finding/severity.ts';
import type { Report } from '../report.ts';
import type { Alert, AlertFinding, AlertState, OpenFinding } from './alert-state.ts';

const DAY_MS = 86_400_000;

/** An open finding is reported again after a day. An hour less, because a daily audit may start a little early and would skip a day. */
const REPEAT_AFTER_MS = DAY_MS - 3_600_000;

export const EMPTY_STATE: AlertState = {
  version: 1,
  reportAt: '',
  open: [],
  pending: [],
  administrators: {},
};

/**
 * The alerts that a report causes, and the findings that are open after it. A report that is older than the stored state changes nothing,
 * because two audits may run at the same time and end in any order.
 */
export const alertsOf = (before: AlertState, report: Report): AlertsAndOpen =>
  finish(alertSteps(before, report));

type AlertsAndOpen = { readonly alerts: readonly Alert[]; readonly open: readonly OpenFinding[] };

/** The same in steps. */
export function* alertSteps(before: AlertState, report: Report): Steps<AlertsAndOpen> {
  const at = report.generatedAt;
  if (at <= before.reportAt) return { alerts: [], open: before.open };
  const known = new Map(before.open.map((finding) => [finding.fingerprint, finding]));
  const found = new Set<string>();
  const alerts: Alert[] = [];
  const open: OpenFinding[] = [];
  const sources = sourcesIn(report);
  for (const one of report.findings.filter(countsAgainst)) {
    yield;
    const finding = openFinding(one, sources, at);
    found.add(finding.fingerprint);
    const earlier = known.get(finding.fingerprint);
    const change = earlier && changeOf(earlier, finding, membersIn(one));
    const isDue = earlier && Date.parse(at) - Date.parse(earlier.alertedAt) >= REPEAT_AFTER_MS;
    const isSilent = earlier && !change && !isDue;
    const current = earlier
      ? {
          ...finding,
          openedAt: earlier.openedAt,
          ...(isSilent && { alertedAt: earlier.alertedAt }),
        }
      : finding;
    open.push(current);
    if (isSilent) continue;
    const event = earlier && !change ? 'open' : 'opened';
    alerts.push({ event, finding: alertFindingOf(current), ...change });
  }
  const isClosed = closedIn(report);
  for (const finding of before.open) {
    if (found.has(finding.fingerprint)) continue;
    yield;
    if (isClosed(finding)) alerts.push({ event: 'closed', finding: alertFindingOf(finding) });
    else open.push(finding);
  }
  return { alerts, open };
}

/** Without a stored state, each audit reports all open findings. */
export function allOpen(report: Report): Alert[] {
  const sources = sourcesIn(report);
  return report.findings.filter(countsAgainst).map((finding) => ({
    event: 'open',
    finding: alertFindingOf(openFinding(finding, sources, report.generatedAt)),
  }));
}

/** Why a finding that is open already is reported as opened again. A member that joins a known binding must not be silent. */
function changeOf(
  earlier: OpenFinding,
  { severity, memberDigests }: OpenFinding,
  members: readonly string[],
): Pick<Alert, 'newMembers' | 'severityBefore'> | undefined {
  const known = new Set(earlier.memberDigests);
  const joined = members.filter((_, i) => !known.has(memberDigests[i] ?? ''));
  const isWorse = compareSeverity(severity, earlier.severity) < 0;
  if (joined.length === 0 && !isWorse) return undefined;
  return {
    ...(joined.length > 0 && { newMembers: joined.slice(0, MEMBERS_MAX) }),
    ...(isWorse && { severityBefore: earlier.severity }),
  };
}

const alertFindingOf = ({ memberDigests: _, ...finding }: OpenFinding): AlertFinding => finding;

/** A finding that is missing from the report is closed only if the audit has read the policy that the finding depends on. */
function closedIn({ chains, coverage }: Report): (finding: OpenFinding) => boolean {
  const unread = new Set(coverage.unread.map((one) => one.resource));
  const read = new Set(coverage.read);
  const hopsOf = new Map(chains.map(({ name, hops }) => [name, hops]));
  return ({ chain = '', hop, resource, role, kind }) => {
    if (unread.size === 0) return true;
    if (kind.startsWith('hop-') && hop !== undefined) {
      const state = hopsOf.get(chain)?.[hop - 1]?.state;
      return state !== 'unknown';
    }
    if (unread.has(resource) || (role !== undefined && unread.has(role))) return false;
    if (/^projects\/[^/]+\/secrets\//.test(resource)) {
      return !unread.has(secretListOf(projectOfSecret(resource)));
    }
    // This audit may not have reached an intermediate account that an earlier audit did. Then its policy was not read.
    return !hasPolicy(resource) || read.has(resource);
  };
}

const hasPolicy = (resource: string): boolean =>
  /^(projects|folders|organizations)\//.test(resource);

/** Where each chain is in the chain file. */
const sourcesIn = ({ chains }: Report): ReadonlyMap<string, ChainPosition | null> =>
  new Map(chains.map(({ name, source }) => [name, source]));

/** 96 bits. Nobody can find a member with the digest of another one, and a state with many thousand members stays small. */
const DIGEST_LENGTH = 24;
const digestOf = (member: string): string => sha256(member).slice(0, DIGEST_LENGTH);

/** A finding as if it was new. */
function openFinding(
  finding: Finding,
  sources: ReadonlyMap<string, ChainPosition | null>,
  at: string,
): OpenFinding {
  const { kind, severity, chain, chains, hop, account, fingerprint, evidence, fix } = finding;
  const { summary, resource, role } = evidence;
  const source = chain === undefined ? undefined : sources.get(chain);
  const members = membersIn(finding);
  return {
    kind,
    severity,
    ...(chain !== undefined && { chain }),
    chains,
    ...(source && { source: formatPosition(source) }),
    ...(hop !== undefined && { hop }),
    account,
    ...(members.length > MEMBERS_MAX
      ? { members: members.slice(0, MEMBERS_MAX), memberCount: members.length }
      : namedMembers(members)),
    fingerprint,
    summary,
    resource,
    ...(role !== undefined && { role }),
    ...(fix && { fix: fix.gcloud }),
    openedAt: at,
    alertedAt: at,
    memberDigests: members.map(digestOf),
  };
}

/** The administrators of each container when it was first read, after this report. What is stored already does not change. */
export function firstAdministratorsAfter(
  before: AlertState,
  { findings, coverage }: Report,
): AlertState['administrators'] {
  const after: Record<string, readonly string[]> = { ...before.administrators };
  for (const resource of coverage.read.filter(isContainer)) after[resource] ??= [];
  for (const finding of findings) {
    const { resource } = finding.evidence;
    const isNew = !Object.hasOwn(before.administrators, resource);
    if (finding.kind === 'unexpected-administrator' && isNew) {
      after[resource] = [...(after[resource] ?? []), ...membersIn(finding)];
    }
  }
  return after;
}
