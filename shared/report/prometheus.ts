import { countsOf } from '../domain/audit/listed-report.ts';
import { printable } from '../domain/basics/text/printable.ts';
import type { ShownReport } from './words/shown-report.ts';

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [labels: Labels, value: number];

const seconds = (at: string | Date): number => new Date(at).getTime() / 1000;

/**
 * A report in Prometheus' text format. A state is a label, and a series disappears when its state has changed. Alert on
 * `hopmint_chain_state{state!~"ok|paused"}`, on `hopmint_findings`, and on `hopmint_report_age_seconds` in case audits have stopped.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function prometheusOf(report: ShownReport, now: Date): string {
  const { chains, findings, leftOut = [], coverage, chainFile } = report;
  const open = Map.groupBy(
    [...findings.map((finding) => ({ ...finding, count: 1 })), ...leftOut],
    ({ kind, severity }) => JSON.stringify({ kind, severity }),
  );
  return [
    gauge(
      'report_clean',
      '1 if there is no finding of low or above and every resource was read, else 0.',
      [[{}, report.clean ? 1 : 0]],
    ),
    gauge('report_timestamp_seconds', 'When the report was made, in Unix time.', [
      [{}, seconds(report.generatedAt)],
    ]),
    gauge('report_age_seconds', 'How old the report is.', [
      [{}, Math.max(0, seconds(now) - seconds(report.generatedAt))],
    ]),
    gauge('chain_file_info', 'Which version of the chain file was audited.', [
      [
        {
          digest: chainFile.digest,
          generation: chainFile.generation,
          written_by: chainFile.writtenBy ?? '',
          cloud: report.cloud ?? 'google',
        },
        1,
      ],
    ]),
    gauge(
      'chain_file_written_timestamp_seconds',
      'When the chain file that was audited was written, in Unix time.',
      chainFile.writtenAt === null ? [] : [[{}, seconds(chainFile.writtenAt)]],
    ),
    gauge(
      'findings',
      'Open findings. Those of severity info do not count against clean.',
      [...open].map(([labels, of]) => [
        JSON.parse(labels) as Labels,
        of.reduce((sum, { count }) => sum + count, 0),
      ]),
    ),
    gauge(
      'findings_left_out',
      'Findings that the report only counts, because it holds the worst, 1000 and 4 MB at most.',
      countsOf(leftOut).map(({ severity, count }) => [{ severity }, count]),
    ),
    gauge(
      'chain_state',
      'The state of a chain, as a label; always 1.',
      chains.map(({ name, state }) => [{ chain: name, state }, 1]),
    ),
    gauge(
      'chain_expiry_timestamp_seconds',
      'When the credential of a chain expires, in Unix time. None for a chain without one.',
      chains.flatMap(({ name, expiresAt }) =>
        expiresAt === null ? [] : [[{ chain: name }, seconds(expiresAt)] as const],
      ),
    ),
    gauge(
      'chain_observed_timestamp_seconds',
      'When the versions of the secret of a chain were observed, in Unix time. None if they were not.',
      chains.flatMap(({ name, observed }) =>
        observed ? [[{ chain: name }, seconds(observed.at)] as const] : [],
      ),
    ),
    gauge(
      'hop_state',
      'The state of a hop, as a label; always 1. Hops count from 1, the caller’s.',
      chains.flatMap(({ name, hops }) =>
        hops.map(
          ({ from, to, state }, i) =>
            [{ chain: name, hop: String(i + 1), from, to, state }, 1] as const,
        ),
      ),
    ),
    gauge(
      'chain_reach',
      'The number of other members who can get the credential of a chain.',
      chains.map(({ name, reachCount }) => [{ chain: name }, reachCount]),
    ),
    gauge('coverage_resources', 'Resources that the audit read, or could not read or decide.', [
      [{ result: 'read' }, coverage.read.length],
      [{ result: 'unread' }, coverage.unread.length],
    ]),
  ].join('');
}

/** One metric; empty without samples. */
function gauge(name: string, help: string, samples: readonly Sample[]): string {
  if (samples.length === 0) return '';
  const lines = samples.map(([labels, value]) => {
    const pairs = Object.entries(labels).map(([key, text]) => `${key}="${labelValue(text)}"`);
    return `hopmint_${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}`;
  });
  return `# HELP hopmint_${name} ${help}\n# TYPE hopmint_${name} gauge\n${lines.join('\n')}\n`;
}

const labelValue = (text: string): string => printable(text).replace(/[\\"]/g, '\\$&');
