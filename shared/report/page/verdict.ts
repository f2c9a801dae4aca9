import { countsAgainst } from '../../domain/audit/finding/finding.ts';
import { countsOf } from '../../domain/audit/listed-report.ts';
import type { ShownReport } from '../words/shown-report.ts';
import { clockWords, secondsBetween, spanWords } from '../words/time-words.ts';
import { drawnGlyph } from './glyphs.ts';
import { count, html, type Markup } from './markup.ts';

export type Verdict = { readonly tone: 'good' | 'bad' | 'warn'; readonly headline: string };

const countsIn = ({ findings, leftOut = [] }: ShownReport) => countsOf([...findings, ...leftOut]);

/** The worst fact of the whole audit in one line. It does not depend on the filter. */
export function verdictOf(report: ShownReport): Verdict {
  const { clean, chains, coverage, filter } = report;
  const of = (...states: string[]) => chains.filter(({ state }) => states.includes(state)).length;
  const broken = of('broken');
  const late = of('late', 'stale', 'unusable');
  const against = countsIn(report).filter(countsAgainst);
  const isSevere = against.some(({ severity }) => severity === 'critical' || severity === 'high');
  const total = against.reduce((sum, one) => sum + one.count, 0);
  const parts = [
    ...(broken > 0 ? [`${count(broken, 'chain')} cannot mint`] : []),
    ...(late > 0 ? [`${count(late, 'chain')} without a fresh credential`] : []),
  ];
  if (clean) return { tone: 'good', headline: 'Clean' };
  if (parts.length > 0) return { tone: 'bad', headline: parts.join(', ') };
  if (total > 0) {
    return { tone: isSevere ? 'bad' : 'warn', headline: count(total, 'finding') };
  }
  if (coverage.unread.length > 0)
    return { tone: 'warn', headline: 'Some resources could not be read' };
  return { tone: 'warn', headline: filter ? 'Not clean' : 'A hop or a chain could not be decided' };
}

/** What an on-call person reads first: what is wrong, when the report was made, and whether the audit read every resource. */
export function verdictSection(report: ShownReport, now: Date): Markup {
  const { chains, coverage, generatedAt, clean, filter } = report;
  const { tone, headline } = verdictOf(report);
  const glyph = ({ good: 'check', bad: 'cross', warn: 'alert' } as const)[tone];
  const ok = chains.filter(({ state }) => state === 'ok').length;
  const unread = coverage.unread.length;
  return html`<section class="verdict ${tone}" aria-labelledby="verdict">
<svg class="sign" aria-hidden="true" focusable="false" viewBox="0 0 16 16" width="40" height="40">${drawnGlyph(glyph, '0', '0', 1)}</svg>
<div>
<h1 id="verdict">${headline}</h1>
<p class="say">${
    clean
      ? html`Every hop of ${count(chains.length, 'chain')} is allowed. No account has more access than the chains need.`
      : html`${ok} of ${count(chains.length, 'chain')} ok.`
  } ${countsIn(report).map(({ severity, count: n }) => html`<span class="severity ${severity}">${n} ${severity}</span> `)}</p>
<p class="facts">Made <time datetime="${generatedAt}" data-ago>${spanWords(secondsBetween(now, generatedAt))} ago</time>, ${clockWords(generatedAt)}.
${
  unread > 0
    ? html`<a class="unread" href="#coverage">${count(unread, 'resource')} could not be read or decided</a>, ${coverage.read.length} read.`
    : html`All of <a href="#coverage">${count(coverage.read.length, 'resource')}</a> read.`
}</p>
${
  filter &&
  html`<p class="filtered">This page shows only ${[...filter.chains, ...filter.severities].join(', ')}. <a href="?format=html">Show everything</a></p>`
}
</div>
</section>`;
}
