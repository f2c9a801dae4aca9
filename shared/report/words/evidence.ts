import type { Evidence, Finding } from '../../domain/audit/finding/finding.ts';
import type { ChainReport } from '../../domain/audit/report.ts';

const LABELS: Readonly<Record<string, string>> = {
  resource: 'On',
  role: 'Role',
  condition: 'Condition',
  denyPolicy: 'Deny policy',
  accounts: 'Opens',
  kinds: 'Can mint',
  possible: 'Certain',
  disabled: 'Disabled',
  endsAt: 'Ends',
  mintFailsAt: 'Mint fails',
  path: 'Path',
  stanza: 'To accept',
  justification: 'Needs a reason',
  maxSeconds: 'Seconds at most',
  grants: 'Requests',
  routes: 'Ways to run code',
  workloads: 'Runs as it',
};

const labelOf = (key: string): string =>
  LABELS[key] ??
  key
    .replace(/^./, (c) => c.toUpperCase())
    .replace(/[A-Z]/g, (c, at) => (at ? ` ${c.toLowerCase()}` : c));

const textOf = (value: unknown): string =>
  typeof value === 'object' && value !== null
    ? Object.entries(value)
        .map(([key, part]) => `${key}: ${textOf(part)}`)
        .join(', ')
    : String(value);

/** The evidence of a finding as labels and texts, also for keys that have no label here. Without the summary, which is shown above it. */
export function evidenceRows(evidence: Evidence): [label: string, texts: string[]][] {
  return Object.entries(evidence).flatMap(([key, value]): [string, string[]][] => {
    if (key === 'summary' || value === undefined) return [];
    if (key === 'possible')
      return [[labelOf(key), [value ? 'no: it could not be decided' : 'yes']]];
    const texts = (Array.isArray(value) ? value : [value]).map(textOf);
    return texts.length > 0 ? [[labelOf(key), texts]] : [];
  });
}

/** Whether a finding concerns a chain, or may concern it. */
export const isAbout = (finding: Finding, { name }: Pick<ChainReport, 'name'>): boolean =>
  leavesOutChains(finding) || finding.chains.includes(name);

/** Nobody knows whether such a finding concerns a chain that it does not list. So it is shown for each. */
export const leavesOutChains = ({ chainCount }: Finding): boolean => chainCount !== undefined;
