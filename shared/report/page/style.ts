import { GLYPH_STYLE } from './glyphs.ts';

/**
 * The style of the page. It uses colour only for states that need attention. Each state and severity also has a mark or a word. Text has a
 * contrast of at least 4.5 against its background, in the light and in the dark scheme.
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#fbfbf9, #111514); --card: light-dark(#fff, #181d1c);
  --ink: light-dark(#1b2320, #e6ebe8); --soft: light-dark(#5a6561, #9faba6); --rule: light-dark(#e2e6e2, #2b3331);
  --accent: light-dark(#0b6b4d, #74d8b0);
  --good: light-dark(#17713f, #79d09c); --good-ground: light-dark(#e9f5ee, #15261e);
  --bad: light-dark(#b0261d, #ff938a); --bad-ground: light-dark(#fcecea, #341c1a);
  --warn: light-dark(#845000, #efbb66); --warn-ground: light-dark(#fcf2df, #2e2516);
  --dim-ground: light-dark(#eff1ef, #232a28);
  --sans: Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace;
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; max-width: 76rem; padding: 0 1.5rem 4rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 var(--sans); font-variant-numeric: tabular-nums; }
a { color: var(--accent); text-underline-offset: .18em; text-decoration-thickness: 1px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
main:focus { outline: none; }
h1, h2, h3, h4, p, ul, ol, dl, dd, figure, fieldset { margin: 0; padding: 0; }
h1 { font-size: clamp(1.6rem, 1.1rem + 2.2vw, 2.3rem); line-height: 1.15; letter-spacing: -.02em; font-weight: 650; text-wrap: balance; font-variant-numeric: normal; }
h2 { font-size: 1.2rem; letter-spacing: -.01em; margin: 3.25rem 0 1rem; font-weight: 650; }
h3 { font-size: 1rem; font-weight: 600; }
h4 { font-size: .8rem; font-weight: 600; color: var(--soft); }
ul, ol { list-style: none; }
code, pre, .picture, .chain-name, .hops, dd, .coverage th, .read { overflow-wrap: anywhere; }
code { font-family: var(--mono); font-size: .875em; }
fieldset { border: 0; min-width: 0; }
[hidden] { display: none !important; }
.vh { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.soft, .at { color: var(--soft); }
.bad { color: var(--bad); }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .5rem 1rem; z-index: 2; }

body > header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1.25rem; padding: 1.25rem 0; }
.brand { font-weight: 650; letter-spacing: -.01em; color: var(--accent); }
.brand span { color: var(--soft); font-weight: 400; }
.local { font-size: .8rem; font-weight: 600; padding: .1rem .6rem; border: 1px dashed currentColor; border-radius: 1rem; color: var(--warn); }
nav { margin-left: auto; display: flex; gap: 1.25rem; font-size: .9rem; }
nav a { text-decoration: none; } nav a:hover { text-decoration: underline; }

.verdict { color: var(--ink); display: grid; grid-template-columns: auto 1fr; gap: 1.25rem; padding: 1.75rem 2rem; border-radius: 14px; }
.verdict.good { background: var(--good-ground); } .verdict.bad { background: var(--bad-ground); } .verdict.warn { background: var(--warn-ground); }
.verdict.good h1, .good .sign { color: var(--good); } .verdict.bad h1, .bad .sign { color: var(--bad); } .verdict.warn h1, .warn .sign { color: var(--warn); }
.say { margin-top: .6rem; font-size: 1.05rem; display: flex; flex-wrap: wrap; gap: .35rem .5rem; align-items: center; }
.facts, .filtered { margin-top: .5rem; color: var(--ink); font-size: .9rem; }
.verdict a { color: inherit; } .unread { font-weight: 600; }
.filtered { font-weight: 600; }

.glyph { fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
${GLYPH_STYLE}.badge::before, .hops > [class]::before { content: ""; flex: none; width: 14px; height: 14px; background: currentColor; mask: var(--glyph); }
.sign { padding: 9px; border: 2.5px solid currentColor; border-radius: 50%; }
.badge { display: inline-flex; align-items: center; gap: .35em; padding: .08rem .6rem .08rem .45rem; border-radius: 1rem; font-size: .85rem; font-weight: 600; white-space: nowrap; }
.badge.good { color: var(--good); background: var(--good-ground); }
.badge.bad { color: var(--bad); background: var(--bad-ground); }
.badge.warn { color: var(--warn); background: var(--warn-ground); }
.badge.dim { color: var(--soft); background: var(--dim-ground); }
.severity { display: inline-block; padding: .08rem .55rem; border-radius: 5px; font-size: .8rem; font-weight: 600; background: var(--dim-ground); color: var(--ink); border: 1px solid transparent; }
.severity.critical { background: light-dark(#a8201a, #ff938a); color: light-dark(#fff, #2b0f0d); }
.severity.high { background: var(--bad-ground); color: var(--bad); border-color: currentColor; }
.severity.medium { background: var(--warn-ground); color: var(--warn); border-color: currentColor; }
.severity.info { background: none; border-color: var(--rule); color: var(--soft); }

.filter { display: flex; flex-wrap: wrap; align-items: center; gap: .6rem 1.75rem; margin: 1.25rem 0 0; padding: .9rem 0; border-bottom: 1px solid var(--rule); font-size: .9rem; }
.filter fieldset { display: flex; flex-wrap: wrap; gap: .3rem 1rem; align-items: center; } legend { float: left; margin-right: .25rem; padding: 0; color: var(--soft); }
label[for=q] { color: var(--soft); margin-right: .35rem; }
input[type=search] { font: inherit; width: 13rem; max-width: 60vw; padding: .35rem .7rem; border: 1px solid light-dark(#8a938f, #6d7873); border-radius: 8px; background: var(--card); color: inherit; }
input[type=checkbox] { accent-color: var(--accent); width: 1.05em; height: 1.05em; margin: 0; vertical-align: -.15em; }
.toggle { white-space: nowrap; cursor: pointer; padding: .25rem 0; }
button { font: inherit; font-size: .85rem; padding: .3rem .8rem; border-radius: 8px; border: 1px solid light-dark(#8a938f, #6d7873); background: var(--card); color: var(--ink); cursor: pointer; }
button:hover { border-color: var(--accent); color: var(--accent); }
.scripted, .copy { display: none; } .js .scripted, .js .copy { display: block; } .js .unscripted { display: none; }
.shown { margin-left: auto; color: var(--soft); } .js .shown { display: flex; gap: .9rem; align-items: center; } .js .shown:has(output:empty) { display: none; }

.key { margin-bottom: 1rem; } .key > summary { color: var(--soft); width: fit-content; }
.legend { display: flex; flex-wrap: wrap; gap: .4rem 1.75rem; margin: .75rem 0 .25rem; font-size: .85rem; color: var(--soft); }
.legend li { display: flex; gap: .5rem; align-items: baseline; }
.group { background: var(--card); border: 1px solid var(--rule); border-radius: 14px; margin-bottom: 1rem; overflow: clip; content-visibility: auto; contain-intrinsic-size: auto 90rem; }
details.group:not([open]) { contain-intrinsic-size: auto 5rem; }
.group > summary { padding: .9rem 1.5rem; cursor: pointer; } summary h3 { display: inline; } summary { color: var(--ink); }
.tally { margin-left: .75rem; font-size: .85rem; color: var(--soft); } .names { display: block; margin: .1rem 0 0 1.05rem; font-size: .85rem; color: var(--soft); } .tally.bad { color: var(--bad); font-weight: 600; }
.scroll { overflow-x: auto; padding: 1.5rem; border-bottom: 1px solid var(--rule); }
details > .scroll { padding-top: .5rem; }
.scroll:focus-visible { outline-offset: -4px; }
.picture { display: block; margin: 0 auto; max-width: none; height: auto; font: 13px var(--sans); }
@media (min-width: 68rem) { .picture.fits { max-width: 100%; } }
.picture text { fill: var(--ink); } .picture rect { fill: var(--card); stroke: var(--rule); stroke-width: 1.25; }
.picture .node rect { stroke: light-dark(#b9c2bd, #48534f); } .picture .caller > rect { stroke: var(--accent); stroke-width: 2; }
.picture .name { font-weight: 600; } .picture .home { font-size: 11px; fill: var(--soft); }
.picture .shared rect { fill: light-dark(#dff0e8, #1d3a2f); stroke: none; } .picture .shared text { font-size: 11px; font-weight: 600; text-anchor: middle; fill: var(--accent); }
.way { fill: none; stroke: currentColor; stroke-width: 1.75; } .head { fill: currentColor; }
.line.good { color: light-dark(#5f9f7d, #4f8f6d); } .line.bad { color: var(--bad); } .line.warn { color: var(--warn); }
.line.bad .way { stroke-width: 2.25; }
.is-missing .way { stroke-dasharray: 3 6; } .is-denied .way { stroke-dasharray: 12 5; } .is-unknown .way { stroke-dasharray: 1 6; stroke-linecap: round; } .is-expiring .way, .is-conditional .way { stroke-dasharray: 14 4 2 4; }
.line.dim, .chip.dim { color: var(--soft); } .chip.good { color: var(--good); } .chip.bad { color: var(--bad); } .chip.warn { color: var(--warn); }
.chip rect { stroke: currentColor; } .chip.bad rect { fill: var(--bad-ground); } .chip.warn rect { fill: var(--warn-ground); } .chip text { fill: currentColor; font-size: 12px; font-weight: 600; }

table { width: 100%; table-layout: fixed; border-collapse: collapse; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .7rem 1.5rem .7rem 0; font-weight: 400; }
th:first-child { padding-left: 1.5rem; }
thead th { font-size: .8rem; color: var(--soft); padding-top: .9rem; padding-bottom: .35rem; }
tbody + tbody > tr:first-child > *, .coverage tr + tr > * { border-top: 1px solid var(--rule); }
.ways td { padding: 0 1.5rem .9rem; }
.chain-name { font-weight: 600; }
.group th:nth-child(1) { width: 22%; } .group th:nth-child(2) { width: 9rem; } .group th:nth-child(3) { width: 12.5rem; } .more { display: block; font-size: .85rem; white-space: nowrap; }
td .at { display: block; font-size: .8rem; white-space: nowrap; } td time { white-space: nowrap; } time.bad { font-weight: 600; }
.hops { display: flex; flex-wrap: wrap; gap: .15rem .45rem; } .hops li { display: flex; align-items: center; gap: .4rem; }
.hops .bad { color: inherit; } .hops .good::before { color: var(--good); } .hops .bad::before { color: var(--bad); } .hops .warn::before { color: var(--warn); }
.reach { margin-top: .4rem; font-size: .85rem; } .reach > summary { color: var(--accent); width: fit-content; } .reach .scroll { border: 1px solid var(--rule); border-radius: 10px; margin: .6rem 0; padding: 1rem; }
.reach ol { display: grid; gap: .4rem; overflow-wrap: anywhere; }
.bad-hop { overflow-wrap: anywhere; margin-top: .35rem; font-size: .85rem; color: var(--soft); }

.finding { background: var(--card); border: 1px solid var(--rule); border-left: 4px solid var(--rule); border-radius: 10px; padding: 1.25rem 1.5rem 1rem; margin-bottom: 1rem; content-visibility: auto; contain-intrinsic-size: auto 27rem; position: relative; }
.finding.critical, .finding.high { border-left-color: var(--bad); } .finding.medium { border-left-color: var(--warn); }
.finding:target { border-color: var(--accent); }
.finding h3 { display: flex; flex-wrap: wrap; gap: .3rem .7rem; align-items: center; padding-right: 9rem; }
.summary { margin-top: .6rem; font-size: 1.05rem; overflow-wrap: anywhere; text-wrap: pretty; }
.means { margin-top: .3rem; color: var(--soft); font-size: .9rem; max-width: 60rem; }
dl { margin: .9rem 0 1rem; display: grid; gap: .3rem; font-size: .875rem; }
dl > div { display: grid; grid-template-columns: 7.5rem 1fr; gap: 1rem; } dt { color: var(--soft); } dd > span { display: inline-block; margin-right: 1.25rem; }
dd { min-width: 0; } dd > span { font-family: var(--mono); font-size: .9em; line-height: 1.65; }
details summary { cursor: pointer; font-size: .875rem; } .group > summary { font-size: 1rem; }
.fixes { border-top: 1px solid var(--rule); padding-top: .8rem; display: grid; gap: .5rem; min-width: 0; }
.help { font-size: .9rem; max-width: 60rem; }
.arg { display: inline-block; max-width: 100%; }
.copyable { display: flex; gap: .75rem; align-items: flex-start; background: var(--dim-ground); border-radius: 8px; padding: .65rem .75rem .65rem 1rem; }
details .copyable { margin-top: .5rem; }
pre { margin: 0; flex: 1; min-width: 0; white-space: pre-wrap; line-height: 1.5; user-select: all; padding: .2rem 0; }
.copy { flex: none; min-width: 4.75rem; }
.id { position: absolute; top: 1.25rem; right: 1.5rem; font-size: .8rem; } .id a { color: var(--soft); text-decoration: none; } .id a:hover { text-decoration: underline; }
.none { color: var(--soft); padding: .5rem 0; }

.coverage table { background: var(--card); border: 1px solid var(--warn); border-radius: 10px; border-collapse: separate; border-spacing: 0; margin: .75rem 0; }
.coverage th[scope=row] { font-family: var(--mono); font-size: .85em; }
.coverage h3 { margin-top: 1.5rem; } .coverage dl > div { grid-template-columns: minmax(10rem, 18rem) 1fr; } .coverage dd { font-size: .95em; }
.coverage details { margin-top: .75rem; } .read { font: .8rem/1.7 var(--mono); margin-top: .5rem; columns: 2; column-gap: 2rem; }
footer { margin-top: 3.5rem; padding-top: 1.25rem; border-top: 1px solid var(--rule); font-size: .85rem; color: var(--soft); display: flex; flex-wrap: wrap; justify-content: space-between; gap: .5rem 2rem; }

@media (max-width: 44rem) {
  body { padding: 0 1rem 3rem; } nav { margin-left: 0; width: 100%; }
  .verdict { padding: 1.25rem; grid-template-columns: 1fr; gap: .75rem; margin: 0 -.25rem; } .sign { width: 34px; height: 34px; padding: 7px; }
  h2 { margin-top: 2.5rem; }
  .filter p, .filter fieldset { width: 100%; } .filter p { display: flex; align-items: center; } .filter .unscripted, .filter .scripted { width: auto; } .js .filter .unscripted { display: none; }
  input[type=search] { flex: 1; max-width: none; width: auto; min-width: 0; } .shown { margin-left: 0; }
  .group { contain-intrinsic-size: auto 135rem; } details.group:not([open]) { contain-intrinsic-size: auto 8rem; } .finding { contain-intrinsic-size: auto 60rem; }
  .legend { display: grid; gap: .5rem; } .scroll { padding: 1rem; } .group > summary { padding: .9rem 1rem; } .tally { display: block; margin: .1rem 0 0 1.1rem; }
  table, tbody, tr, th, td { display: block; } thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tbody[data-chain] { padding: .9rem 1rem; } tbody[data-chain] > tr:first-child { display: grid; grid-template-columns: 1fr auto; gap: .35rem 1rem; } tbody + tbody, .coverage tr + tr { border-top: 1px solid var(--rule); } tbody + tbody > tr:first-child > *, .coverage tr + tr > * { border: 0; }
  th, td, th:first-child, thead th, .group th:nth-child(n) { padding: 0; width: auto; } .ways td { padding: 0; } tbody[data-chain] td:nth-of-type(n+2) { grid-column: 1 / -1; } td .at { display: inline; margin-left: .4rem; }
  .coverage tbody tr { padding: .75rem 1rem; }
  .finding { padding: 1rem 1rem .85rem; } .finding h3 { padding-right: 0; } .id { position: static; margin-top: .75rem; }
  dl { gap: .6rem; } dl > div { grid-template-columns: 1fr; gap: 0; } .copyable { flex-direction: column; padding: .75rem; } .copy { align-self: stretch; min-height: 2.75rem; } pre { width: 100%; }
  .read { columns: 1; } button { min-height: 2.5rem; } .toggle { padding: .5rem 0; }
}
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
@media (forced-colors: active) { .badge, .severity, .verdict { border: 1px solid; } .glyph, .way { stroke: CanvasText; } .head { fill: CanvasText; } .badge::before, .hops > [class]::before { background: CanvasText; forced-color-adjust: none; } }
@media print {
  :root { color-scheme: light; } body { max-width: none; padding: 0; font-size: 9.5pt; background: #fff; }
  nav, .filter, .copy, .js .copy, .skip, .shown { display: none !important; } a { color: inherit; text-decoration: none; }
  .group, .finding { content-visibility: visible; overflow: visible; } thead { display: table-row-group; break-after: avoid; } .key { display: none; } .finding, tr:not(.ways), .copyable, .verdict { break-inside: avoid; } h2, h3, summary { break-after: avoid; } h2 { margin-top: 1.75rem; }
  .badge::before, .hops > [class]::before { background: var(--glyph); mask: none; }
  details::details-content { content-visibility: visible; display: block; } .scroll { overflow: visible; padding: .75rem; } .picture { max-width: 100%; max-height: 20cm; }
  .verdict, .badge, .hops, .severity, .chip rect, .shared rect, .copyable { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .group th:nth-child(1) { width: 17%; } .group th:nth-child(2) { width: 15%; } .group th:nth-child(3) { width: 21%; } th, td { padding-right: .75rem; } .reach .soft { overflow-wrap: anywhere; }
  @page { margin: 14mm; }
}
`;
