import { printable } from '../../domain/basics/text/printable.ts';

/** HTML that is safe to insert as it is. `html` makes it. */
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

/** Escapes foreign text for an element or a quoted attribute. */
const escaped = (text: string): string =>
  printable(text).replace(/[&<>"'`]/g, (c) => ENTITY[c] ?? c);

function render(piece: Piece): string {
  if (piece === undefined || piece === false) return '';
  if (piece instanceof Markup) return piece.toString();
  if (typeof piece === 'object') return piece.map(render).join('');
  return escaped(String(piece));
}

/** Makes markup. Inserted values are escaped, unless they are markup. Write attributes with double quotes. */
export const html = (parts: TemplateStringsArray, ...pieces: readonly Piece[]): Markup =>
  new Markup(parts.map((part, i) => part + render(pieces[i])).join(''));

/** Escapes each line of a text with several lines, such as Terraform. */
export const linesOf = (text: string): Markup =>
  new Markup(text.split('\n').map(escaped).join('\n'));

/**
 * An empty script that lets the browser react to its user before it parses on. Chromium parses a large page for half a second at a time, but
 * only for ten milliseconds after a script, even after one that cannot run.
 */
export const REST: Markup = html`<script type="text/plain"></script>`;

/** `1 chain`, `1,000 chains`. */
export const count = (n: number, one: string): string =>
  `${n.toLocaleString('en-US')} ${one}${n === 1 ? '' : 's'}`;
