import type { Finding } from '../../domain/audit/finding/finding.ts';
import type { ChainReport, HopReport } from '../../domain/audit/report.ts';
import type { Steps } from '../../domain/basics/steps.ts';
import { type Group, groupsOf } from '../words/groups.ts';
import { styleOf } from '../words/states.ts';
import { clockWords, secondsBetween, spanWords } from '../words/time-words.ts';
import { anchorOf } from './findings.ts';
import { badge } from './glyphs.ts';
import { cachedLayouts, type LayoutOf } from './layout.ts';
import { count, html, type Markup, REST } from './markup.ts';
import { accountLines, pictureOf, type Sharing, sharingOf } from './picture.ts';
import { reachElsewhere, reachOf } from './reach.ts';

/** With more pictures than this, pictures without trouble are closed at first. */
const OPEN_AT_MOST = 6;

/** The most other ways on one page, over all chains: more would take long to load. A page of one chain shows all that the report has. */
const WAYS_AT_MOST = 1500;

/** The most chains that the heading of a picture names. */
const NAMED_AT_MOST = 6;

export type ChainsGiven = {
  readonly chains: readonly ChainReport[];
  /** The findings of each chain, by the name of the chain. */
  readonly findingsOf: ReadonlyMap<string, readonly Finding[]>;
  readonly now: Date;
};

/** The chains: for each group a picture, and below it a table with the details. */
export function* chainsSection(given: ChainsGiven): Steps<Markup> {
  const { chains } = given;
  const groups = groupsOf(chains);
  yield;
  const common: Common = {
    index: new Map(chains.map(({ name }, i) => [name, i])),
    wholes: chainsWithin(WAYS_AT_MOST, chains),
    sharing: sharingOf(chains),
    layoutOf: cachedLayouts(),
  };
  const shown: Markup[] = [];
  for (const [i, group] of groups.entries()) {
    shown.push(yield* groupOf(group, i, groups.length, common, given));
  }
  return html`<section aria-labelledby="chains">
<h2 id="chains">Chains</h2>
${legendOf(chains)}
${shown}
<p class="none" id="no-chain" hidden>No chain matches the filter.</p>
</section>`;
}

/** What all groups share. */
type Common = {
  /** The number of each chain in the report. */
  readonly index: ReadonlyMap<string, number>;
  /** The chains whose other ways the page shows. The others get a link. */
  readonly wholes: ReadonlySet<ChainReport>;
  readonly sharing: Sharing;
  readonly layoutOf: LayoutOf;
};

function chainsWithin(ways: number, chains: readonly ChainReport[]): Set<ChainReport> {
  let left = ways;
  return new Set(
    chains.filter(({ reach }, i) => {
      left -= reach.length;
      return i === 0 || left >= 0;
    }),
  );
}

function legendOf(chains: readonly ChainReport[]): Markup {
  const states = new Set(chains.flatMap(({ state, hops }) => [state, ...hops.map((h) => h.state)]));
  const ranked = [...states].toSorted((a, b) => styleOf(a).rank - styleOf(b).rank);
  return html`<details class="key"><summary>What the states mean</summary><ul class="legend">${ranked.map(
    (state) => html`<li>${badge(state)} <span>${styleOf(state).means}</span></li>`,
  )}</ul></details>`;
}

function* groupOf(
  { chains, through }: Group,
  i: number,
  of: number,
  common: Common,
  { findingsOf, now }: ChainsGiven,
): Steps<Markup> {
  const worstFirst = chains.toSorted((a, b) => styleOf(a.state).rank - styleOf(b.state).rank);
  const title = of === 1 ? 'All chains' : titleOf(through, chains);
  const trouble = chains.filter(({ state }) => state !== 'ok' && state !== 'paused').length;
  const tally = `${trouble > 0 ? `${trouble} of ` : ''}${count(chains.length, 'chain')}${trouble > 0 ? ' in trouble' : ''}`;
  const names = worstFirst.slice(0, NAMED_AT_MOST).map(({ name }) => name);
  const more = chains.length - names.length;
  yield;
  const rows: Markup[] = [];
  for (const chain of worstFirst) {
    rows.push(rowOf(chain, common, findingsOf.get(chain.name) ?? [], now));
    yield;
  }
  const body = html`<div class="scroll" tabindex="0" role="group" aria-label="Picture of ${title}">${pictureOf(chains, common.sharing, common.layoutOf, `p${i}`)}</div>
<table>
<caption class="vh">${title}</caption>
<thead><tr><th scope="col">Chain</th><th scope="col">State</th><th scope="col">Credential</th><th scope="col">Hops</th></tr></thead>
${rows}</table>`;
  if (of === 1) return html`<div class="group">${body}</div>`;
  const open = of <= OPEN_AT_MOST || trouble > 0;
  return html`<details class="group"${open && html` open`}><summary><h3>${title}</h3> <span class="tally${trouble > 0 && ' bad'}">${tally}</span><span class="names">${names.join(', ')}${more > 0 && ` and ${more} more`}</span></summary>
${body}</details>${REST}
`;
}

const titleOf = (through: readonly string[], chains: readonly ChainReport[]): string =>
  through.length > 0
    ? `Through ${through.map((account) => accountLines(account)[0]).join(' and ')}`
    : count(chains.length, 'short chain');

function rowOf(
  chain: ChainReport,
  { index, wholes, layoutOf }: Common,
  findings: readonly Finding[],
  now: Date,
): Markup {
  const { name, state, hops, reach } = chain;
  const i = index.get(name) ?? 0;
  const ways =
    reach.length > 0 &&
    (wholes.has(chain) ? reachOf(chain, layoutOf, `r${i}`) : reachElsewhere(chain));
  const [first] = findings;
  const link =
    first &&
    html`<a class="more" href="#${anchorOf(first)}">${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}<span class="vh"> of ${name}</span></a>`;
  return html`<tbody id="chain-${name}" data-chain="${i}" data-state="${state}"><tr><th scope="row"><span class="chain-name">${name}</span>${link}</th><td>${badge(state)}</td><td>${freshness(chain, now)}</td><td>${hopList(hops)}</td></tr>${ways && html`<tr class="ways"><td colspan="4">${ways}</td></tr>`}</tbody>
`;
}

function freshness({ expiresAt }: ChainReport, now: Date): Markup {
  if (expiresAt === null) return html`<span class="soft">none known</span>`;
  const seconds = secondsBetween(now, expiresAt);
  const words =
    seconds >= 0 ? `expires in ${spanWords(seconds)}` : `expired ${spanWords(seconds)} ago`;
  return html`<time datetime="${expiresAt}" data-until class="${seconds < 0 && 'bad'}">${words}</time> <span class="at">${clockWords(expiresAt)}</span>`;
}

function hopList(hops: readonly HopReport[]): Markup {
  const [first] = hops;
  return html`<ol class="hops">${first && html`<li>${accountLines(first.from)[0]}</li>`}${hops.map(
    ({ to, state }) => {
      const { tone, glyph } = styleOf(state);
      return html`<li class="${tone} g-${glyph}"><span class="vh">${state}: </span>${accountLines(to)[0]}</li>`;
    },
  )}</ol>${hops.map(
    ({ from, to, permission, state }, i) =>
      state !== 'ok' &&
      html`<p class="bad-hop">Hop ${i + 1} ${state}: ${from} needs <code>${permission}</code> on ${to}</p>`,
  )}`;
}
