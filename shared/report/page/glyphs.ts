import { lookOf } from '../states.ts';
import { html, type Markup } from './markup.ts';

/** Marks that differ in shape, so that no state is told by its colour alone. Drawn once; the page uses them by name. */
export const GLYPHS: Markup = html`<svg class="defs" width="0" height="0" aria-hidden="true" focusable="false"><defs>
<symbol id="g-check" viewBox="0 0 16 16"><path d="M3 8.5l3.5 3.5L13 4.5"/></symbol>
<symbol id="g-cross" viewBox="0 0 16 16"><path d="M4 4l8 8M12 4l-8 8"/></symbol>
<symbol id="g-bar" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6"/><path d="M4 12l8-8"/></symbol>
<symbol id="g-clock" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6"/><path d="M8 4.5V8l2.5 1.5"/></symbol>
<symbol id="g-question" viewBox="0 0 16 16"><path d="M5 6a3 3 0 1 1 4.2 2.7C8.3 9.2 8 9.7 8 10.6M8 13.4v.2"/></symbol>
<symbol id="g-pause" viewBox="0 0 16 16"><path d="M5.5 3.5v9M10.5 3.5v9"/></symbol>
<symbol id="g-key" viewBox="0 0 16 16"><circle cx="5.5" cy="10.5" r="3"/><path d="M7.7 8.3L13 3M10.8 5.2l2 2"/></symbol>
<symbol id="g-alert" viewBox="0 0 16 16"><path d="M8 3v6.5M8 12.8v.2"/></symbol>
</defs></svg>`;

export const glyph = (state: string): Markup =>
  html`<svg class="glyph" aria-hidden="true" focusable="false" width="14" height="14"><use href="#g-${lookOf(state).glyph}"/></svg>`;

/** A state as a mark and a word. */
export const badge = (state: string): Markup =>
  html`<span class="badge ${lookOf(state).tone}">${glyph(state)}${state}</span>`;
