import type { Severity } from '../../domain/audit/finding/finding.ts';
import { quoted } from '../../domain/basics/printable.ts';
import { err, ok, type Result } from '../../domain/basics/result.ts';
import { closest } from '../../domain/basics/suggestion.ts';
import { concerns } from './evidence.ts';
import { type Filter, SEVERITIES, type ShownReport } from './shown-report.ts';

/** What somebody writes to see less: names, one or several, by commas or by writing the parameter again. */
export type Asking = { readonly chain?: unknown; readonly severity?: unknown };

/** Lists longer than this are no help in a message. */
const NAMED_AT_MOST = 20;

const namesIn = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value])
    .filter((one) => typeof one === 'string')
    .flatMap((text) => text.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '');

/** @returns the filter, or what to write instead, in one line for whoever wrote it */
export function filterOf(
  { chain, severity }: Asking,
  report: { readonly chains: readonly { readonly name: string }[] },
): Result<Filter, string> {
  const known = report.chains.map(({ name }) => name);
  const chains = namesIn(chain);
  const severities = namesIn(severity);
  for (const [what, names, right] of [
    ['chain', chains, known],
    ['severity', severities, SEVERITIES],
  ] as const) {
    const wrong = names.find((name) => !right.some((one) => one === name));
    if (wrong !== undefined) return err(noSuch(what, wrong, right));
  }
  return ok({ chains: [...new Set(chains)], severities: [...new Set(severities)] as Severity[] });
}

/** What is no name of `known`, and what to write: the nearest of them, or all. */
export function noSuch(what: string, wrong: string, known: readonly string[]): string {
  const near = closest(wrong, known);
  const rest = known.length > NAMED_AT_MOST ? `, and ${known.length - NAMED_AT_MOST} more` : '';
  const all = `${known.slice(0, NAMED_AT_MOST).join(', ')}${rest}`;
  return `${what}=${quoted(wrong)} is none: ${near ? `write ${what}=${near}` : `write one of ${all}`}`;
}

/** What of a report a filter leaves. Whether all is clean, and what could not be read, is no matter of what one looks at. */
export function filtered<R extends ShownReport>(report: R, filter: Filter): R {
  const { chains, severities } = filter;
  if (chains.length === 0 && severities.length === 0) return report;
  const shown =
    chains.length === 0 ? report.chains : report.chains.filter(({ name }) => chains.includes(name));
  const findings = report.findings.filter(
    (finding) =>
      (severities.length === 0 || severities.includes(finding.severity)) &&
      (chains.length === 0 || shown.some((chain) => concerns(finding, chain))),
  );
  return { ...report, chains: shown, findings, filter };
}
