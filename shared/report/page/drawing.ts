import { drawnGlyph, type Glyph } from './glyphs.ts';
import type { Box, LayoutOf, Point } from './layout.ts';
import { html, type Markup } from './markup.ts';

/** A box of two short lines. */
export type Node = {
  readonly id: string;
  /** The tooltip. */
  readonly title: string;
  readonly lines: readonly [name: string, home: string];
  readonly isFirst?: boolean;
  /** A text at the corner. */
  readonly badge?: string;
};

/** An arrow between two nodes. It has a mark, and a word if the mark is not enough. */
export type Arrow = {
  readonly from: string;
  readonly to: string;
  readonly title: string;
  readonly tone: string;
  readonly glyph: Glyph;
  readonly word?: string;
  /** A CSS class that sets the dashes of the line. */
  readonly line?: string;
};

export type Drawing = {
  /** Unique on the page. */
  readonly id: string;
  readonly title: string;
  /** The whole picture in words. */
  readonly description: string;
  readonly nodes: readonly Node[];
  readonly arrows: readonly Arrow[];
};

/** Widths and heights in pixels, for text of 13 pixels. */
const CHARACTER = 7.6;
const NODE_HEIGHT = 46;
const CHIP_HEIGHT = 20;
const NAME_AT_MOST = 32;
/** A picture up to this width is scaled to the window and stays readable. */
const FITS = 1480;
const HEAD = 7;

const shortened = (text: string): string => {
  const letters = [...text];
  return letters.length > NAME_AT_MOST ? `${letters.slice(0, NAME_AT_MOST - 1).join('')}…` : text;
};

const chipWidth = ({ word }: Arrow): number =>
  word === undefined ? CHIP_HEIGHT : Math.round([...shortened(word)].length * CHARACTER) + 32;

const px = (n: number): string => String(Math.round(n * 10) / 10);

/** Draws nodes and arrows from left to right. */
export function drawn(
  { id, title, description, nodes, arrows }: Drawing,
  layoutOf: LayoutOf,
): Markup {
  const longest = Math.max(...nodes.flatMap(({ lines }) => lines).map((line) => [...line].length));
  const width = Math.round(Math.min(Math.max(longest, 14), NAME_AT_MOST) * CHARACTER) + 26;
  const numbers = new Map(nodes.map((node, i) => [node.id, i]));
  const numberOf = (node: string) => numbers.get(node) as number;
  const layout = layoutOf({
    nodes: nodes.length,
    node: { width, height: NODE_HEIGHT },
    arrows: arrows.map((arrow) => ({
      from: numberOf(arrow.from),
      to: numberOf(arrow.to),
      width: chipWidth(arrow),
      height: CHIP_HEIGHT,
    })),
  });
  const { width: w, height: h } = layout;
  const boxOf = (node: string) => layout.nodes[numberOf(node)] as Box;
  const placeOf = (i: number) => layout.arrows[i] as (typeof layout.arrows)[number];
  return html`<svg class="picture${w <= FITS && ' fits'}" role="img" aria-labelledby="${id}-t ${id}-d" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}">
<title id="${id}-t">${title}</title>
<desc id="${id}-d">${description}</desc>
${arrows.map((arrow, i) => lineOf(arrow, boxOf(arrow.from), boxOf(arrow.to), placeOf(i).points))}
${arrows.map((arrow, i) => chipOf(arrow, placeOf(i)))}
${nodes.map((node) => nodeOf(node, boxOf(node.id)))}</svg>`;
}

/** The line of an arrow, from the middle of one side to the middle of the other. A line that goes back follows the points of the layout. */
function lineOf(arrow: Arrow, from: Box, to: Box, points: readonly Point[]): Markup {
  const forward = to.x > from.x;
  const way = forward
    ? [
        { x: from.x + from.width / 2, y: from.y },
        ...points.slice(1, -1),
        { x: to.x - to.width / 2 - HEAD, y: to.y },
      ]
    : points;
  const [start, ...rest] = way;
  let before = start ?? from;
  const curves = rest.map((point) => {
    const middle = (before.x + point.x) / 2;
    const curve = forward
      ? `C${px(middle)} ${px(before.y)} ${px(middle)} ${px(point.y)} ${px(point.x)} ${px(point.y)}`
      : `L${px(point.x)} ${px(point.y)}`;
    before = point;
    return curve;
  });
  const head = forward
    ? `M${px(before.x + HEAD)} ${px(before.y)}l-9 -4.5v9z`
    : `M${px(before.x - 4)} ${px(before.y - 4)}h8v8h-8z`;
  return html`<g class="line ${arrow.tone} ${arrow.line}"><path class="way" d="M${px(start?.x ?? 0)} ${px(start?.y ?? 0)}${curves.join('')}"/><path class="head" d="${head}"/></g>
`;
}

function chipOf(arrow: Arrow, { x, y }: Point): Markup {
  const { tone, glyph, title, word } = arrow;
  const width = chipWidth(arrow);
  const [left, top] = [x - width / 2, y - CHIP_HEIGHT / 2];
  const text =
    word !== undefined &&
    html`<text x="${px(left + 23)}" y="${px(y + 4)}">${shortened(word)}</text>`;
  return html`<g class="chip ${tone}"><title>${title}</title><rect x="${px(left)}" y="${px(top)}" width="${width}" height="${CHIP_HEIGHT}" rx="${CHIP_HEIGHT / 2}"/>${drawnGlyph(glyph, px(left + 4), px(y - 6), 0.75)}${text}</g>
`;
}

function nodeOf({ title, lines, isFirst, badge }: Node, { x, y, width, height }: Box): Markup {
  const [left, top] = [x - width / 2, y - height / 2];
  const [name, home] = lines;
  const badgeWidth = (badge?.length ?? 0) * 7 + 12;
  const corner =
    badge !== undefined &&
    html`<g class="shared"><rect x="${px(left + width - badgeWidth - 8)}" y="${px(top - 8)}" width="${badgeWidth}" height="16" rx="8"/><text x="${px(left + width - badgeWidth / 2 - 8)}" y="${px(top + 4)}">${badge}</text></g>`;
  return html`<g class="node${isFirst === true && ' caller'}"><title>${title}</title><rect x="${px(left)}" y="${px(top)}" width="${width}" height="${height}" rx="8"/><text class="name" x="${px(left + 13)}" y="${px(y - 3)}">${shortened(name)}</text><text class="home" x="${px(left + 13)}" y="${px(y + 13)}">${shortened(home)}</text>${corner}</g>
`;
}
