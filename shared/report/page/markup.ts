import { printable } from '../../domain/basics/printable.ts';

/** HTML that may be put into HTML as it is. Only `html` makes any. */
export class Markup {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

type Piece = Markup | string | number | undefined | false | readonly Piece[];

const ENTITY: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** A text of anybody's, in an element or between the quotes of an attribute. */
const escaped = (text: string): string =>
  printable(text).replace(/[&<>"'`]/g, (c) => ENTITY[c] ?? c);

function render(piece: Piece): string {
  if (piece === undefined || piece === false) return '';
  if (piece instanceof Markup) return piece.toString();
  if (typeof piece === 'object') return piece.map(render).join('');
  return escaped(String(piece));
}

/** Whatever is put in is escaped, unless it is markup itself. Attributes are to be written with double quotes. */
export const html = (parts: TemplateStringsArray, ...pieces: readonly Piece[]): Markup =>
  new Markup(parts.map((part, i) => part + render(pieces[i])).join(''));

/** Several lines of our own making, as Terraform is: each of them escaped, their ends kept. */
export const linesOf = (text: string): Markup =>
  new Markup(text.split('\n').map(escaped).join('\n'));

/**
 * Data that nobody reads, where a browser is to see to its user before it reads on. Chromium reads half a second of a large page at a
 * stretch, and after a script, be it one that cannot run, ten milliseconds.
 */
export const REST: Markup = html`<script type="text/plain"></script>`;

/** `1 chain`, `1,000 chains`. */
export const count = (n: number, one: string): string =>
  `${n.toLocaleString('en-US')} ${one}${n === 1 ? '' : 's'}`;
