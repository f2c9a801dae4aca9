import type { Steps } from '../domain/basics/steps.ts';
import { isPrintable } from '../domain/basics/text/printable.ts';

/** JSON for a terminal. Unprintable characters are escaped, which changes no value. */
export const toJson = (value: unknown): string => `${textOf(value)}\n`;

/** A report has its long lists at this depth or above: the results of a run of SARIF. */
const DEPTH = 4;

/** The same in steps: one for each entry of the long lists. @param value as `JSON.parse` returns it, or with undefined properties */
export function* jsonSteps(value: unknown): Steps<string> {
  const pieces: string[] = [];
  yield* write(value, '', DEPTH, pieces);
  return `${pieces.join('')}\n`;
}

function* write(value: unknown, indent: string, depth: number, pieces: string[]): Steps<void> {
  const isList = Array.isArray(value);
  if (typeof value !== 'object' || value === null || depth === 0) {
    yield;
    pieces.push(textOf(value).replaceAll('\n', `\n${indent}`));
    return;
  }
  const entries = Object.entries(value).filter(([, each]) => isList || each !== undefined);
  const inner = `${indent}  `;
  let before = `${isList ? '[' : '{'}\n${inner}`;
  for (const [key, each] of entries) {
    pieces.push(before, isList ? '' : `${textOf(key)}: `);
    yield* write(each ?? null, inner, depth - 1, pieces);
    before = `,\n${inner}`;
  }
  const end = isList ? ']' : '}';
  pieces.push(entries.length === 0 ? `${isList ? '[' : '{'}${end}` : `\n${indent}${end}`);
}

const textOf = (value: unknown): string =>
  JSON.stringify(value, null, 2).replace(/[^\n -~]/gsu, (c) => (isPrintable(c) ? c : escapeOf(c)));

const escapeOf = (c: string): string =>
  [...Array(c.length).keys()]
    .map((i) => `\\u${c.charCodeAt(i).toString(16).padStart(4, '0')}`)
    .join('');
