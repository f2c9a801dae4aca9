import { sha256 } from '../../basics/canonical.ts';
import { finish, type Steps } from '../../basics/steps.ts';
import { type ChainPosition, formatPosition } from '../../chain/chain.ts';
import { isContainer } from '../access/holders.ts';
import { EVERYTHING } from '../basis-names.ts';
import {
  countsAgainst,
  type Finding,
  listedChains,
  MEMBERS_MAX,
  membersIn,
  namedMembers,
} from '../finding/finding.ts';
import { compareSeverity } from '../finding/severity.ts';
import type { ListedReport } from '../listed-report.ts';
import type { Report } from '../report.ts';
import type { Alert, AlertFinding, AlertState, OpenFinding } from './alert-state.ts';
import { isCanary } from './canary.ts';
import { NOTHING_STALE, type Stale, type Support, supportOf } from './rests-on.ts';

/** The clocks of two instances may differ by this much. A report from further ahead has a false time, and no later report may wait for it. */
export const SKEW_MS = 5 * 60_000;
const DAY_MS = 86_400_000;

/** An open finding is reported again after a day. An hour less, because a daily audit may start a little early and would skip a day. */
const REPEAT_AFTER_MS = DAY_MS - 3_600_000;

export const EMPTY_STATE: AlertState = {
  reportAt: '',
  saidAt: '',
  decidedBy: '',
  open: [],
  pending: [],
  administrators: {},
};

/**
 * The alerts that a report causes, and the findings that are open after it. A report that is older than the stored state changes nothing,
 * because two audits may run at the same time and end in any order.
 *
 * @param stale names that the audit did not read itself. What rests on one of them neither opens nor closes
 */
export const alertsOf = (before: AlertState, report: Report, stale?: Stale): AlertsAndOpen =>
  finish(alertSteps(before, report, stale));

type AlertsAndOpen = {
  readonly alerts: readonly Alert[];
  readonly open: readonly OpenFinding[];
  /** The stale names because of which something did not open or close. */
  readonly toReread: readonly string[];
};

/** The same in steps. */
export function* alertSteps(
  before: AlertState,
  report: Report,
  stale: Stale = NOTHING_STALE,
): Steps<AlertsAndOpen> {
  const at = report.generatedAt;
  if (at <= before.reportAt) return { alerts: [], open: before.open, toReread: [] };
  const known = new Map(before.open.map((finding) => [finding.fingerprint, finding]));
  const found = new Set<string>();
  const alerts: Alert[] = [];
  const open: OpenFinding[] = [];
  const toReread = new Set<string>();
  const sources = sourcesIn(report);
  const support = supportOf(report.basis, stale);
  for (const one of report.findings.filter(countsAgainst)) {
    yield;
    const finding = openFinding(one, sources, at, support);
    found.add(finding.fingerprint);
    const earlier = known.get(finding.fingerprint);
    const change = earlier && changeOf(earlier, finding, one);
    const isDue = earlier && isDueAt(at, earlier.alertedAt);
    const isNews = !earlier || change !== undefined;
    const missing = support.staleIn(finding.fingerprint);
    if (missing.length > 0 && isNews) for (const name of missing) toReread.add(name);
    const isSilent = (earlier && !change && !isDue) || (missing.length > 0 && !isDue);
    const current = currentOf(finding, missing.length > 0 ? 'stale' : 'read', earlier, isSilent);
    if (!current) continue;
    open.push(current);
    if (isSilent) continue;
    const event = earlier && (!change || missing.length > 0) ? 'open' : 'opened';
    alerts.push({
      event,
      reportAt: at,
      finding: alertFindingOf(current),
      ...(event === 'opened' && change),
    });
  }
  const isDecided = decidedIn(report);
  for (const finding of before.open) {
    if (found.has(finding.fingerprint)) continue;
    yield;
    if (isCanary(finding)) {
      open.push(finding);
      continue;
    }
    const isRead = isDecided(finding) && support.isRead(finding);
    const missing = isRead ? support.staleBelow(finding) : [];
    for (const name of missing) toReread.add(name);
    if (isRead && missing.length === 0) {
      alerts.push({ event: 'closed', reportAt: at, finding: alertFindingOf(finding) });
    } else open.push(finding);
  }
  return { alerts, open, toReread: [...toReread] };
}

/** A finding as it is stored after the report. What rests on stale names stays as an earlier audit has found it. */
function currentOf(
  finding: OpenFinding,
  basis: 'read' | 'stale',
  earlier: OpenFinding | undefined,
  isSilent: boolean,
): OpenFinding | undefined {
  if (!earlier) return basis === 'stale' ? undefined : finding;
  const { openedAt, alertedAt } = earlier;
  if (basis === 'stale') return isSilent ? earlier : { ...earlier, alertedAt: finding.alertedAt };
  return { ...finding, openedAt, ...(isSilent && { alertedAt }) };
}

/** A time in the future is not true. */
const isDueAt = (at: string, alertedAt: string): boolean => {
  const age = Date.parse(at) - Date.parse(alertedAt);
  return age >= REPEAT_AFTER_MS || age < -SKEW_MS;
};

/** Without a stored state, each audit reports all open findings. */
export function allOpen(report: Report): Alert[] {
  const sources = sourcesIn(report);
  const support = supportOf(report.basis, NOTHING_STALE);
  return report.findings.filter(countsAgainst).map((finding) => ({
    event: 'open',
    reportAt: report.generatedAt,
    finding: alertFindingOf(openFinding(finding, sources, report.generatedAt, support)),
  }));
}

/**
 * The administrators of each container as a report listed them. A container is left out if the report does not list all of them.
 */
export function administratorsIn({
  findings,
  coverage,
  leftOut = [],
}: ListedReport): AlertState['administrators'] {
  const ofContainers = findings.filter(({ kind }) => kind === 'unexpected-administrator');
  const known = ofContainers.filter((finding) => !countsAgainst(finding));
  const resources = new Set(known.map(({ evidence }) => evidence.resource));
  const isComplete = leftOut.every(({ kind }) => kind !== 'unexpected-administrator');
  const without = isComplete
    ? coverage.read.filter((one) => isContainer(one) && !resources.has(one))
    : [];
  return Object.fromEntries([
    ...without.map((resource) => [resource, []] as const),
    ...known
      .filter(({ members = [], memberCount = 0 }) => memberCount <= members.length)
      .map((finding) => [finding.evidence.resource, membersIn(finding)] as const),
  ]);
}

/**
 * A state of which lines are lost, with the open findings of the last report. So what is still open is not reported as opened, and what has ended
 * closes. They close only after an audit that read everything, because a stored report does not say what they rest on.
 */
export function rebuilt(state: AlertState, last: ListedReport): AlertState {
  const { findings, chains, generatedAt } = last;
  const known = new Set(state.open.map(({ fingerprint }) => fingerprint));
  const sources = sourcesIn({ chains });
  const lost = findings
    .filter((finding) => countsAgainst(finding) && !known.has(finding.fingerprint))
    .map((one) => openFinding(one, sources, generatedAt, { digestsOf: () => EVERYTHING }));
  return {
    ...state,
    reportAt: [state.reportAt, generatedAt].sort().at(-1) ?? '',
    open: [...state.open, ...lost],
    administrators: { ...administratorsIn(last), ...state.administrators },
  };
}

/** Why a finding that is open already is reported as opened again. A member that joins a known binding must not be silent, nor another key. */
function changeOf(
  earlier: OpenFinding,
  { severity }: OpenFinding,
  now: Finding,
): Pick<Alert, 'newMembers' | 'newKeys' | 'severityBefore'> | undefined {
  const known = new Set(earlier.memberDigests);
  const isNew = (text: string) => !known.has(digestOf(text));
  const joined = membersIn(now).filter(isNew);
  const keys = keysIn(now).filter((key) => isNew(keyText(key)));
  const isWorse = compareSeverity(severity, earlier.severity) < 0;
  if (joined.length + keys.length === 0 && !isWorse) return undefined;
  return {
    ...(joined.length > 0 && { newMembers: joined.slice(0, MEMBERS_MAX) }),
    ...(keys.length > 0 && { newKeys: keys.slice(0, MEMBERS_MAX) }),
    ...(isWorse && { severityBefore: earlier.severity }),
  };
}

const keysIn = ({ evidence }: Finding): readonly string[] => evidence.keys ?? [];
/** No member looks like this. */
const keyText = (key: string): string => `key ${key}`;

export const alertFindingOf = ({
  memberDigests: _,
  restsOn: __,
  ...finding
}: OpenFinding): AlertFinding => finding;

/** Whether the report knows that a finding that is missing from it is over: a hop that has become unknown may lack its grant still. */
function decidedIn({ chains }: Report): (finding: OpenFinding) => boolean {
  const hopsOf = new Map(chains.map(({ name, hops }) => [name, hops]));
  return ({ chain = '', hop, kind }) => {
    if (!kind.startsWith('hop-')) return true;
    const hops = hopsOf.get(chain) ?? [];
    const meant = hop === undefined ? hops : hops.slice(hop - 1, hop);
    return meant.every(({ state }) => state !== 'unknown');
  };
}

/** Where each chain is in the chain file. */
const sourcesIn = ({
  chains,
}: Pick<ListedReport, 'chains'>): ReadonlyMap<string, ChainPosition | null> =>
  new Map(chains.map(({ name, source }) => [name, source]));

/** 96 bits. Nobody can find a member with the digest of another one, and a state with many thousand members stays small. */
const DIGEST_LENGTH = 24;
const digestOf = (member: string): string => sha256(member).slice(0, DIGEST_LENGTH);

/** A finding as if it was new. */
function openFinding(
  finding: Finding,
  sources: ReadonlyMap<string, ChainPosition | null>,
  at: string,
  support: Pick<Support, 'digestsOf'>,
): OpenFinding {
  const { kind, severity, chain, chains, hop, account, fingerprint, evidence, fix } = finding;
  const { summary, resource, role } = evidence;
  const source = chain === undefined ? undefined : sources.get(chain);
  const members = membersIn(finding);
  return {
    kind,
    severity,
    ...(chain !== undefined && { chain }),
    ...listedChains(chains),
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
    memberDigests: [...members, ...keysIn(finding).map(keyText)].map(digestOf),
    restsOn: support.digestsOf(fingerprint),
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
