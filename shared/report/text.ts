import type { Finding } from '../domain/audit/finding/finding.ts';
import type { ChainReport } from '../domain/audit/report.ts';
import { printable } from '../domain/basics/text/printable.ts';
import { formatPosition } from '../domain/chain/chain.ts';
import { versionText } from './words/chain-file-version.ts';
import { countOfFindings, leftOutText } from './words/left-out.ts';
import { type PositionedChain, positionsIn } from './words/positions.ts';
import { reachSummary } from './words/reach.ts';
import type { ShownReport } from './words/shown-report.ts';

/** A report for a terminal or a pager, one fact a line: first the chains, then the findings with their fixes. */
export function textOf(report: ShownReport): string {
  const { chains, findings, coverage, chainFile, filter, cloud } = report;
  const positionsOf = positionsIn(report);
  const leftOut = leftOutText(report);
  const lines = [
    ...(cloud ? [cloud] : []),
    `audit of ${report.generatedAt}, chain file ${versionText(chainFile)}`,
    ...(filter ? [`shows only ${[...filter.chains, ...filter.severities].join(', ')}`] : []),
    '',
    ...chains.flatMap(chainLines),
    ...(findings.length > 0
      ? ['', ...findings.flatMap((finding) => findingLines(finding, positionsOf(finding)))]
      : []),
    ...(leftOut === undefined ? [] : ['', leftOut]),
    ...(coverage.unread.length > 0 ? [''] : []),
    ...coverage.unread.map(({ resource, reason }) => `unread    ${resource}: ${reason}`),
    '',
    verdictOf(report),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

function chainLines(chain: ChainReport): string[] {
  const { name, state, expiresAt, observed, hops } = chain;
  const others = reachSummary(chain);
  const bad = hops.flatMap((hop, i) => (hop.state === 'ok' ? [] : [{ ...hop, number: i + 1 }]));
  return [
    `${state.padEnd(9)} ${name}${expiresAt === null ? '' : `, expires ${expiresAt}`}${observed ? `, observed ${observed.at}` : ''}`,
    ...bad.map(
      (hop) =>
        `          hop ${hop.number} ${hop.state}: ${hop.from} -> ${hop.to} (${hop.permission})`,
    ),
    ...(others === undefined ? [] : [`          ${others}`]),
  ];
}

/** A line lists no more positions than this. */
const POSITIONS_SHOWN = 3;

function atText(positioned: readonly PositionedChain[]): string {
  const shown = positioned
    .slice(0, POSITIONS_SHOWN)
    .map(({ position }) => formatPosition(position));
  const rest = positioned.length - shown.length;
  return shown.join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

function findingLines(
  { kind, severity, chain, hop, evidence, fix }: Finding,
  positioned: readonly PositionedChain[],
): string[] {
  const { summary, resource, role, condition, denyPolicy } = evidence;
  const at = hop === undefined ? '' : ` hop ${hop}`;
  const where = chain === undefined ? '' : ` ${chain}${at}:`;
  const details: [label: string, text: string | undefined][] = [
    ['at', atText(positioned)],
    ['by', role && `${role} on ${resource}`],
    ['by', denyPolicy],
    ['if', condition?.expression],
    ['fix', fix?.gcloud],
  ];
  return [
    `${severity.padEnd(9)} ${kind}${where} ${summary}`,
    ...details.flatMap(([label, text]) => (text ? [`          ${label.padEnd(4)}${text}`] : [])),
  ];
}

function verdictOf(report: ShownReport): string {
  const { clean, chains, coverage } = report;
  const count = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;
  const counts = `${count(chains.length, 'chain')}, ${count(countOfFindings(report), 'finding')}, ${coverage.unread.length} unread`;
  return `${clean ? 'clean' : 'not clean'}: ${counts}`;
}
