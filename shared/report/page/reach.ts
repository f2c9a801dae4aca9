import type { Reach } from '../../domain/audit/access/reach.ts';
import type { ChainReport } from '../../domain/audit/report.ts';
import { type Arrow, drawn, type Node } from './drawing.ts';
import type { LayoutOf } from './layout.ts';
import { count, html, type Markup } from './markup.ts';

/** The most paths of one chain in a picture. More are hard to read. */
const DRAWN_AT_MOST = 12;

/** The last part of a permission, such as `getAccessToken`. */
const shortOf = (permission: string): string => permission.split('.').at(-1) ?? permission;

/** A resource or a member as two short lines: its name, and its kind or its location. */
function linesOf(thing: string): readonly [string, string] {
  const [, kind, name] = /^(\w+):(.*)$/s.exec(thing) ?? [];
  if (kind !== undefined && name !== undefined) return [name, kind];
  const parts = thing.split('/');
  if (parts.length > 1) return [parts.at(-1) ?? thing, parts.slice(0, -1).join('/')];
  const [local = thing, domain = ''] = thing.split('@');
  return [local, domain.replace(/\.iam\.gserviceaccount\.com$/, '')];
}

/** The other members who can get a chain's credential, as a picture and a list, shortest path first. */
export function reachOf(
  { name: chain, reach, reachCount }: ChainReport,
  layoutOf: LayoutOf,
  id: string,
): Markup {
  return html`<details class="reach"><summary>${count(reachCount, 'other way')} to it<span class="vh">, the credential of ${chain}</span></summary>
<div class="scroll" tabindex="0" role="group" aria-label="Picture of the other ways to the credential of ${chain}">${pictureOf(reach.slice(0, DRAWN_AT_MOST), chain, layoutOf, id)}</div>
<ol>${reach.map(
    ({ member, steps, possible }) =>
      html`<li>${possible === true && html`<strong>possibly</strong> `}<b>${member}</b>${steps.map(
        ({ permission, on, role, resource }) =>
          html` → <code>${permission}</code> on ${on} <span class="soft">(${role} on ${resource})</span>`,
      )}</li>`,
  )}</ol>
${reachCount > reach.length && html`<p class="soft">And ${reachCount - reach.length} more: <code>./hopmint explain --live</code> lists all.</p>`}</details>`;
}

/** A link instead of the ways, for a page with too many ways. */
export const reachElsewhere = ({ name, reachCount }: ChainReport): Markup =>
  html`<p class="reach"><a href="?format=html&amp;chain=${name}">${count(reachCount, 'other way')} to it</a></p>`;

function pictureOf(reach: readonly Reach[], chain: string, layoutOf: LayoutOf, id: string): Markup {
  const nodes = new Map<string, Node>();
  const arrows = new Map<string, Arrow>();
  const ends = new Set(reach.map(({ steps }) => steps.at(-1)?.on));
  const put = (thing: string) =>
    nodes.set(thing, { id: thing, title: thing, lines: linesOf(thing), isFirst: ends.has(thing) });
  for (const { member, steps, possible } of reach) {
    let at = member;
    put(member);
    for (const { permission, on, resource, role } of steps) {
      put(on);
      const key = JSON.stringify([at, on]);
      if (at !== on && !arrows.has(key)) {
        arrows.set(key, {
          from: at,
          to: on,
          title: `${permission}, by ${role} on ${resource}`,
          tone: possible ? 'warn' : 'bad',
          glyph: possible ? 'question' : 'key',
          word: shortOf(permission),
          ...(possible && { line: 'is-unknown' }),
        });
      }
      at = on;
    }
  }
  const drawing = {
    id,
    title: `Other ways to the credential of ${chain}`,
    description: 'The list below shows the same in words.',
    nodes: [...nodes.values()],
    arrows: [...arrows.values()],
  };
  return drawn(drawing, layoutOf);
}
