import { countsAgainst } from '../../domain/audit/finding/finding.ts';
import { SEVERITIES, type ShownReport } from '../words/shown-report.ts';
import { clockWords, secondsBetween, spanWords } from '../words/time-words.ts';
import { drawnGlyph } from './glyphs.ts';
import { count, html, type Markup } from './markup.ts';

export type Verdict = { readonly tone: 'good' | 'bad' | 'warn'; readonly headline: string };

/** What is worst, in one line. The whole audit's, whatever the filter leaves out. */
export function verdictOf({ clean, chains, findings, coverage, filter }: ShownReport): Verdict {
  const of = (...states: string[]) => chains.filter(({ state }) => states.includes(state)).length;
  const broken = of('broken');
  const late = of('late', 'stale');
  const against = findings.filter(countsAgainst);
  const isGrave = against.some(({ severity }) => severity === 'critical' || severity === 'high');
  const parts = [
    ...(broken > 0 ? [`${count(broken, 'chain')} cannot mint`] : []),
    ...(late > 0 ? [`${count(late, 'chain')} without a fresh credential`] : []),
  ];
  if (clean) return { tone: 'good', headline: 'Clean' };
  if (parts.length > 0) return { tone: 'bad', headline: parts.join(', ') };
  if (against.length > 0) {
    return { tone: isGrave ? 'bad' : 'warn', headline: count(against.length, 'finding') };
  }
  if (coverage.unread.length > 0) return { tone: 'warn', headline: 'Not everything could be read' };
  return { tone: 'warn', headline: filter ? 'Not clean' : 'Something could not be decided' };
}

/** What the on-call person reads first: what is wrong, of when this is, and whether everything was looked at. */
export function verdictSection(report: ShownReport, now: Date): Markup {
  const { chains, findings, coverage, generatedAt, clean, filter } = report;
  const { tone, headline } = verdictOf(report);
  const glyph = ({ good: 'check', bad: 'cross', warn: 'alert' } as const)[tone];
  const bySeverity = SEVERITIES.map((severity) => ({
    severity,
    n: findings.filter((finding) => finding.severity === severity).length,
  })).filter(({ n }) => n > 0);
  const ok = chains.filter(({ state }) => state === 'ok').length;
  const unread = coverage.unread.length;
  return html`<section class="verdict ${tone}" aria-labelledby="verdict">
<svg class="sign" aria-hidden="true" focusable="false" viewBox="0 0 16 16" width="40" height="40">${drawnGlyph(glyph, '0', '0', 1)}</svg>
<div>
<h1 id="verdict">${headline}</h1>
<p class="say">${
    clean
      ? html`Every hop of ${count(chains.length, 'chain')} is allowed, and nothing more than they need.`
      : html`${ok} of ${count(chains.length, 'chain')} ok.`
  } ${bySeverity.map(({ severity, n }) => html`<span class="severity ${severity}">${n} ${severity}</span> `)}</p>
<p class="facts">Made <time datetime="${generatedAt}" data-ago>${spanWords(secondsBetween(now, generatedAt))} ago</time>, ${clockWords(generatedAt)}.
${
  unread > 0
    ? html`<a class="unread" href="#coverage">${count(unread, 'resource')} could not be read or decided</a>, ${coverage.read.length} read.`
    : html`All of <a href="#coverage">${count(coverage.read.length, 'resource')}</a> read.`
}</p>
${
  filter &&
  html`<p class="filtered">Only what concerns ${[...filter.chains, ...filter.severities].join(', ')} is shown here. <a href="?format=html">Show everything</a></p>`
}
</div>
</section>`;
}

/** What was looked at, and what could not be. */
export function coverageSection({ coverage }: ShownReport): Markup {
  const { read, unread, notCovered } = coverage;
  return html`<section aria-labelledby="coverage" class="coverage">
<h2 id="coverage">Coverage</h2>
${
  unread.length > 0
    ? html`<p>What could not be read might hold a grant, or a deny rule. Nothing that rests on it is called ok.</p>
<table><caption class="vh">What could not be read or decided</caption><thead><tr><th scope="col">Resource</th><th scope="col">Why</th></tr></thead><tbody>${unread.map(
        ({ resource, reason }) => html`<tr><th scope="row">${resource}</th><td>${reason}</td></tr>`,
      )}</tbody></table>`
    : html`<p>Everything that the chains rest on was read.</p>`
}
${
  notCovered.length > 0 &&
  html`<h3>Not covered: policies do not show this</h3>
<dl>${notCovered.map(({ resource, reason }) => html`<div><dt>${resource}</dt><dd>${reason}</dd></div>`)}</dl>`
}
<details><summary>${count(read.length, 'resource')} read</summary><ul class="read">${read.map((resource) => html`<li>${resource}</li>`)}</ul></details>
</section>`;
}
