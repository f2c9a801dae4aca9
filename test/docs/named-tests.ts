import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, textOf } from './markdown.ts';

/** A test that a page names: `path`: “title”. */
export type NamedTest = { readonly path: string; readonly title: string };

export const namedTestsIn = (text: string): NamedTest[] =>
  [...text.matchAll(/`([^`]+)`: “([^”]+)”/g)].map(([, path = '', title = '']) => ({ path, title }));

/** The cells of each row of the tables in a text. */
export const cellsOf = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

const exactly = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
/** Where a title stands: after `it(`, `describe(` or the rows of a table, or in a row. A comment has none. */
const titled = (title: string): RegExp =>
  new RegExp(
    `^(?! *//).*?(?:\\b(?:it|describe)\\(|\\)\\(|\\b(?:title|situation): )\\s*(['"\`])${exactly(title)}\\1`,
    'm',
  );

/** The tests that do not exist, by path and title. */
export const missingTests = (tests: readonly NamedTest[]): string[] =>
  tests
    .filter(({ path, title }) => {
      const isTest = /^test\/.*\.(test|real)\.ts$/.test(path) && existsSync(join(ROOT, path));
      return !isTest || !titled(title).test(textOf(path));
    })
    .map(({ path, title }) => `${path}: ${title}`);
