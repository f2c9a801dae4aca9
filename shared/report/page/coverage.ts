import type { ShownReport } from '../words/shown-report.ts';
import { count, html, type Markup } from './markup.ts';

/** The resources that were read, those that could not be read, and what no audit covers. */
export function coverageSection({ coverage }: ShownReport): Markup {
  const { read, unread, notCovered } = coverage;
  return html`<section aria-labelledby="coverage" class="coverage">
<h2 id="coverage">Coverage</h2>
${
  unread.length > 0
    ? html`<p>A resource that could not be read may contain a grant or a deny rule. A hop that depends on it does not count as ok.</p>
<table><caption class="vh">Resources that could not be read or decided</caption><thead><tr><th scope="col">Resource</th><th scope="col">Why</th></tr></thead><tbody>${unread.map(
        ({ resource, reason }) => html`<tr><th scope="row">${resource}</th><td>${reason}</td></tr>`,
      )}</tbody></table>`
    : html`<p>Every resource that the chains depend on was read.</p>`
}
${
  notCovered.length > 0 &&
  html`<h3>Not covered: policies do not show this</h3>
<dl>${notCovered.map(({ resource, reason }) => html`<div><dt>${resource}</dt><dd>${reason}</dd></div>`)}</dl>`
}
<details><summary>${count(read.length, 'resource')} read</summary><ul class="read">${read.map((resource) => html`<li>${resource}</li>`)}</ul></details>
</section>`;
}
