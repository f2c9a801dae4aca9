import { isPrintable } from '../domain/basics/printable.ts';

/** JSON for a terminal. Unprintable characters are escaped, which changes no value. */
export const toJson = (value: unknown): string =>
  `${JSON.stringify(value, null, 2).replace(/[^\n -~]/gsu, (c) => (isPrintable(c) ? c : escapeOf(c)))}\n`;

const escapeOf = (c: string): string =>
  [...Array(c.length).keys()]
    .map((i) => `\\u${c.charCodeAt(i).toString(16).padStart(4, '0')}`)
    .join('');
