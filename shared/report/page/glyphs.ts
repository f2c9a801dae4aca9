import { styleOf } from '../words/states.ts';
import { html, type Markup } from './markup.ts';

/** Marks with different shapes, so that colour is not the only sign of a state. Paths in a square of 16 by 16. */
const GLYPHS = {
  check: 'M3 8.5l3.5 3.5L13 4.5',
  cross: 'M4 4l8 8M12 4l-8 8',
  bar: 'M2 8a6 6 0 1 0 12 0a6 6 0 1 0-12 0M4 12l8-8',
  clock: 'M2 8a6 6 0 1 0 12 0a6 6 0 1 0-12 0M8 4.5V8l2.5 1.5',
  question: 'M5 6a3 3 0 1 1 4.2 2.7C8.3 9.2 8 9.7 8 10.6M8 13.4v.2',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  key: 'M2.5 10.5a3 3 0 1 0 6 0a3 3 0 1 0-6 0M7.7 8.3L13 3M10.8 5.2l2 2',
  alert: 'M8 3v6.5M8 12.8v.2',
};
export type Glyph = keyof typeof GLYPHS;

/** A mark in a picture. It repeats the path, because a `<use>` element costs a browser several elements. */
export const drawnGlyph = (glyph: Glyph, x: string, y: string, scale: number): Markup =>
  html`<path class="glyph" transform="translate(${x} ${y}) scale(${scale})" d="${GLYPHS[glyph]}"/>`;

const imageOf = (path: string): string =>
  `data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='${path}' fill='none' stroke='black' stroke-width='2' stroke-linecap='round' stroke-linejoin='round'/%3E%3C/svg%3E`;

/** CSS classes that put a mark before a text. They need no element for the mark, and a large page has thousands of marks. */
export const GLYPH_STYLE = Object.entries(GLYPHS)
  .map(([glyph, path]) => `.g-${glyph} { --glyph: url("${imageOf(path)}"); }\n`)
  .join('');

/** A state as a mark and a word. */
export function badge(state: string): Markup {
  const { tone, glyph } = styleOf(state);
  return html`<span class="badge ${tone} g-${glyph}">${state}</span>`;
}
