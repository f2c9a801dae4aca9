import { createHash } from 'node:crypto';
import type { Finding } from '../../domain/audit/finding/finding.ts';
import { SEVERITIES } from '../../domain/audit/finding/severity.ts';
import type { Steps } from '../../domain/basics/steps.ts';
import { FORMATS } from '../format-names.ts';
import { versionText } from '../words/chain-file-version.ts';
import { leavesOutChains } from '../words/evidence.ts';
import { positionsIn } from '../words/positions.ts';
import type { ShownReport } from '../words/shown-report.ts';
import { chainsSection } from './chains.ts';
import { coverageSection } from './coverage.ts';
import { findingsSection } from './findings.ts';
import { html, Markup } from './markup.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';
import { verdictOf, verdictSection } from './verdict.ts';

const hashOf = (text: string): string =>
  `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** A Content-Security-Policy that loads nothing, and allows only our script and our style, by their hashes. */
const IN_PAGE = [
  "default-src 'none'",
  `style-src ${hashOf(STYLE)}`,
  `script-src ${hashOf(SCRIPT)}`,
  'img-src data:', // the icon
  "base-uri 'none'",
  "form-action 'self'",
  "require-trusted-types-for 'script'",
].join('; ');

/** The policy for the HTTP header. `frame-ancestors` has no effect in a page, only in the header. */
export const PAGE_POLICY = `${IN_PAGE}; frame-ancestors 'none'`;

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M3 13C2 6 7 2 14 2c0 7-4 12-11 11zm0 0c2-4 4-6 7-8' fill='%2317a673' stroke='%230b4f3a'/%3E%3C/svg%3E";

/** A report as one page, in steps. People can read it without scripts and without a network. */
export function* pageOf(report: ShownReport, now: Date): Steps<string> {
  const { chains, findings, chainFile, cloud } = report;
  const index = new Map(chains.map(({ name }, i) => [name, i]));
  const concerned = new Map<Finding, readonly number[] | 'all'>();
  const findingsOf = new Map<string, Finding[]>();
  for (const finding of findings) {
    yield;
    const isOfAll = leavesOutChains(finding);
    const numbers = finding.chains.flatMap((name) => index.get(name) ?? []);
    concerned.set(finding, isOfAll ? 'all' : numbers);
    for (const name of isOfAll ? index.keys() : numbers.map((i) => chains[i]?.name ?? '')) {
      const known = findingsOf.get(name);
      if (known) known.push(finding);
      else findingsOf.set(name, [finding]);
    }
  }
  yield;
  const verdict = verdictSection(report, now);
  const ofChains = yield* chainsSection({ chains, findingsOf, now });
  const ofFindings = yield* findingsSection(report, concerned, positionsIn(report));
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(IN_PAGE)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="${new Markup(ICON)}">
<title>${verdictOf(report).headline} · Hopmint audit</title>
<style>${new Markup(STYLE)}</style>
<script>${new Markup(SCRIPT)}</script>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
<header><p class="brand">Hopmint <span>audit</span></p>${cloud && html`<p class="local">${cloud}: a local cloud, not Google</p>`}
<nav aria-label="Sections"><a href="#findings">Findings</a> <a href="#chains">Chains</a> <a href="#coverage">Coverage</a></nav></header>
<main id="main" tabindex="-1">
${verdict}
${filterForm(report)}
${ofChains}
${ofFindings}
${coverageSection(report)}
</main>
<footer><p>Chain file ${versionText(chainFile)}.</p>
<p>This report as ${FORMATS.filter((format) => format !== 'html').map((format) => html`<a href="?format=${format}">${format}</a> `)}</p></footer>
<p class="vh" id="announcement" role="status"></p>
</body>
</html>
`.toString();
}

/** A filter. With scripts it works on the page; without them the server filters. */
function filterForm({ findings, filter }: ShownReport): Markup {
  const present = SEVERITIES.map((severity) => ({
    severity,
    n: findings.filter((finding) => finding.severity === severity).length,
  })).filter(({ n }) => n > 0);
  return html`<form class="filter" role="search" aria-label="Filter" method="get">
<input type="hidden" name="format" value="html">
<p><label for="q">Chain</label> <input id="q" name="chain" type="search" autocomplete="off" spellcheck="false" value="${filter?.chains.join(',')}"></p>
${
  present.length > 0 &&
  html`<fieldset><legend>Findings</legend>${present.map(
    ({ severity, n }) =>
      html`<label class="toggle"><input type="checkbox" name="severity" value="${severity}" checked> ${severity} <span class="soft">${n}</span></label> `,
  )}</fieldset>`
}
<p class="scripted"><label class="toggle"><input type="checkbox" id="trouble"> only chains in trouble</label></p>
<p class="unscripted"><button>Filter</button></p>
<p class="scripted shown"><output id="shown"></output> <button type="reset">Show all</button></p>
</form>`;
}
