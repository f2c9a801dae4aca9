import { SEVERITIES, type Severity } from '../../domain/audit/finding/severity.ts';
import { err, ok, type Result } from '../../domain/basics/result.ts';
import { quoted } from '../../domain/basics/text/printable.ts';
import { closest } from '../../domain/basics/text/suggestion.ts';
import { isAbout } from './evidence.ts';
import type { Filter, ShownReport } from './shown-report.ts';

/** The query parameters of a filter. Each takes one name or several, separated by commas or as repeated parameters. */
export type FilterQuery = { readonly chain?: unknown; readonly severity?: unknown };

/** The most names in a message. */
const NAMED_AT_MOST = 20;

const namesIn = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value])
    .filter((one) => typeof one === 'string')
    .flatMap((text) => text.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '');

/** @returns the filter, or one line that says what to write instead */
export function filterOf(
  { chain, severity }: FilterQuery,
  report: { readonly chains: readonly { readonly name: string }[] },
): Result<Filter, string> {
  const known = report.chains.map(({ name }) => name);
  const chains = namesIn(chain);
  const severities = namesIn(severity);
  for (const [parameter, names, right] of [
    ['chain', chains, known],
    ['severity', severities, SEVERITIES],
  ] as const) {
    const wrong = names.find((name) => !right.some((one) => one === name));
    if (wrong !== undefined) return err(unknownName(parameter, wrong, right));
  }
  return ok({ chains: [...new Set(chains)], severities: [...new Set(severities)] as Severity[] });
}

/** Says that `wrong` is not in `known`, and what to write instead: the closest name, or the list. */
export function unknownName(parameter: string, wrong: string, known: readonly string[]): string {
  const near = closest(wrong, known);
  const rest = known.length > NAMED_AT_MOST ? `, and ${known.length - NAMED_AT_MOST} more` : '';
  const all = `${known.slice(0, NAMED_AT_MOST).join(', ')}${rest}`;
  return `${parameter}=${quoted(wrong)} does not exist: ${near ? `write ${parameter}=${near}` : `write one of ${all}`}`;
}

/**
 * The report with only the filtered chains and findings. `clean` and `coverage` do not depend on the filter. Nobody knows which chains the
 * findings concern that are left out, so a filter by chain keeps their counts.
 */
export function filtered<R extends ShownReport>(report: R, filter: Filter): R {
  const { chains, severities } = filter;
  if (chains.length === 0 && severities.length === 0) return report;
  const shown =
    chains.length === 0 ? report.chains : report.chains.filter(({ name }) => chains.includes(name));
  const findings = report.findings.filter(
    (finding) =>
      (severities.length === 0 || severities.includes(finding.severity)) &&
      (chains.length === 0 || shown.some((chain) => isAbout(finding, chain))),
  );
  const leftOut = report.leftOut?.filter(
    ({ severity }) => severities.length === 0 || severities.includes(severity),
  );
  return { ...report, chains: shown, findings, ...(leftOut && { leftOut }), filter };
}
