import type { Finding } from '../../domain/audit/finding/finding.ts';
import type { Steps } from '../../domain/basics/steps.ts';
import { formatPosition } from '../../domain/chain/chain.ts';
import type { Fix } from '../../domain/grants/fix.ts';
import { evidenceRows } from '../words/evidence.ts';
import { wordsOf } from '../words/kinds.ts';
import { leftOutText } from '../words/left-out.ts';
import type { positionsIn } from '../words/positions.ts';
import type { ShownReport } from '../words/shown-report.ts';
import { html, linesOf, type Markup, REST } from './markup.ts';

/** The ID of a finding in links. It is the same in every report. */
export const anchorOf = ({ fingerprint }: Finding): string =>
  `f-${fingerprint.replace(/[^\w-]/g, '').slice(0, 16)}`;

/** The page shows this many entries of a list at first. */
const LISTED_AT_MOST = 8;

/** @param concerned the numbers of the chains that each finding concerns, or may concern */
export function* findingsSection(
  report: ShownReport,
  concerned: ReadonlyMap<Finding, readonly number[] | 'all'>,
  positionsOf: ReturnType<typeof positionsIn>,
): Steps<Markup> {
  const { findings } = report;
  const articles: Markup[] = [];
  for (const finding of findings) {
    yield;
    articles.push(article(finding, concerned.get(finding) ?? [], positionsOf));
  }
  const leftOut = leftOutText(report);
  return html`<section aria-labelledby="findings">
<h2 id="findings">Findings</h2>
${findings.length === 0 && html`<p class="none">There are no findings.</p>`}
${articles}
${leftOut !== undefined && html`<p>${leftOut}.</p>`}
<p class="none" id="no-finding" hidden>No finding matches the filter.</p>
</section>`;
}

function article(
  finding: Finding,
  concerned: readonly number[] | 'all',
  positionsOf: ReturnType<typeof positionsIn>,
): Markup {
  const { kind, severity, chain, chains, hop, account, evidence, fix } = finding;
  const { title, means, help } = wordsOf(kind);
  const id = anchorOf(finding);
  const where = chain === undefined ? '' : hop === undefined ? chain : `${chain}, hop ${hop}`;
  const [written] = chain === undefined ? [] : positionsOf(finding);
  const at = written ? ` (${formatPosition(written.position)})` : '';
  const unlisted = (finding.chainCount ?? chains.length) - chains.length;
  const allChains = unlisted > 0 ? [...chains, `and ${unlisted} that are not listed`] : chains;
  const rows = [
    ...(where ? [row('Chain', [where + at])] : []),
    row('Account', [account]),
    ...memberRows(finding),
    ...evidenceRows(evidence),
    ...(chain === undefined || chains.length > 1 ? [row('Chains', allChains)] : []),
  ];
  return html`<article class="finding ${severity}" id="${id}" aria-labelledby="${id}-h" data-severity="${severity}" data-chains="${concerned === 'all' ? concerned : concerned.join(' ')}">
<h3 id="${id}-h"><span class="severity ${severity}">${severity}</span> ${title}</h3>
<p class="summary">${evidence.summary}</p>
${means && html`<p class="means">${means}</p>`}
<dl>${rows.map(([label, texts]) => html`<div><dt>${label}</dt><dd>${listOf(texts)}</dd></div>`)}</dl>
${fix ? fixOf(fix, help, `${kind} ${where}`) : help && html`<p class="help"><strong>What to do.</strong> ${help}</p>`}
<p class="id"><a href="#${id}"><code>${kind}</code><span class="vh">, link to this finding</span></a></p>
</article>${REST}
`;
}

type Row = readonly [label: string, texts: readonly string[]];
const row = (label: string, texts: readonly string[]): Row => [label, texts];

function memberRows({ member, members, memberCount = 0 }: Finding): Row[] {
  if (member !== undefined) return [row('Member', [member])];
  if (!members) return [];
  const rest = memberCount - members.length;
  return [row('Members', rest > 0 ? [...members, `and ${rest} that are not listed`] : members)];
}

function listOf(texts: readonly string[]): Markup {
  if (texts.length <= LISTED_AT_MOST)
    return html`${texts.map((text) => html`<span>${text}</span> `)}`;
  const more = texts.length - LISTED_AT_MOST + 1;
  return html`${listOf(texts.slice(0, LISTED_AT_MOST - 1))}<details><summary>and ${more} more</summary>${texts
    .slice(LISTED_AT_MOST - 1)
    .map((text) => html`<span>${text}</span> `)}</details>`;
}

function fixOf({ gcloud, terraform }: Fix, help: string, what: string): Markup {
  return html`<div class="fixes">
<h4>Fix</h4>
${help && html`<p class="help">${help}</p>`}
${copyable(flagsOf(gcloud), `the gcloud line for ${what}`)}
${
  terraform !== undefined &&
  html`<details><summary>The same in Terraform</summary>${copyable(linesOf(terraform), `the Terraform for ${what}`)}</details>`
}</div>`;
}

/** Text with a button that copies it. */
const copyable = (shown: Markup, what: string): Markup =>
  html`<div class="copyable"><pre><code>${shown}</code></pre><button type="button" class="copy">Copy<span class="vh"> ${what}</span></button></div>`;

/** A shell command that the page may break before a flag. */
const flagsOf = (line: string): Markup =>
  html`${line
    .split(/ (?=--)/)
    .map((piece, i) => html`${i > 0 && ' '}<span class="arg">${piece}</span>`)}`;
