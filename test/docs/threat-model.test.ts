import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, textOf } from './markdown.ts';

const PAGE = textOf('docs/threat-model.md');

/** The cells of each row of the table below a heading. */
function rowsUnder(heading: string): string[][] {
  const [, section = ''] = PAGE.split(`\n## ${heading}\n`);
  const [own = ''] = section.split('\n## ');
  const lines = own.split('\n').filter((line) => line.startsWith('| '));
  return lines.slice(1).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const ROWS = rowsUnder('Attacks, and where they fail').map(([attack = '', who, stops, tests]) => ({
  attack,
  who,
  stops,
  tests: [...(tests ?? '').matchAll(/`([^`]+)`: “([^”]+)”/g)].map(([, path = '', title = '']) => ({
    path,
    title,
  })),
}));

const exactly = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
/** Where a title stands: after `it(`, `describe(` or the rows of a table, or in a row. A comment has none. */
const titled = (title: string): RegExp =>
  new RegExp(
    `^(?! *//).*?(?:\\b(?:it|describe)\\(|\\)\\(|\\b(?:title|situation): )\\s*(['"\`])${exactly(title)}\\1`,
    'm',
  );

/** The tests that do not exist, by path and title. */
const missing = (tests: readonly { readonly path: string; readonly title: string }[]): string[] =>
  tests
    .filter(({ path, title }) => {
      const isTest = /^test\/.*\.(test|real)\.ts$/.test(path) && existsSync(join(ROOT, path));
      return !isTest || !titled(title).test(textOf(path));
    })
    .map(({ path, title }) => `${path}: ${title}`);

describe('the table of attacks', () => {
  it('has a row for each finding of the review, and for each subject that reviewers ask about', () => {
    const attacks = ROWS.map(({ attack }) => attack);
    const findings = attacks.flatMap((attack) => /^S\d+(?= )/.exec(attack)?.[0] ?? []);
    expect(findings).toEqual(Array.from({ length: 13 }, (_, i) => `S${i + 1}`));
    const subjects = [
      'annotations',
      'the published file',
      'emulators',
      'debug variables',
      'customer-managed keys',
      'listening functions',
      'forged signing kinds',
      'install scripts',
      'look-alike identifiers',
      'conditions without a bound',
    ];
    const absent = subjects.filter((subject) => !attacks.some((one) => one.endsWith(subject)));
    expect(absent).toEqual([]);
  });

  it.each(ROWS)('says for $attack who attacks, what stops it, and which test shows it', (row) => {
    expect(row.who).toMatch(/\w/);
    expect(row.stops).toMatch(/\w/);
    expect(row.tests.length).toBeGreaterThan(0);
    expect(missing(row.tests)).toEqual([]);
  });

  // it('is not found in a comment', () => {});
  it.each([
    { asked: 'finds a title: $asked', isFound: true },
    { asked: 'the table of attacks', isFound: true },
    { asked: 'is not found in a comment', isFound: false },
    { asked: 'finds a title', isFound: false },
  ])('finds a title: $asked', ({ asked, isFound }) => {
    const path = 'test/docs/threat-model.test.ts';
    expect(missing([{ path, title: asked }])).toHaveLength(isFound ? 0 : 1);
    expect(missing([{ path: 'test/docs/none.test.ts', title: asked }])).toHaveLength(1);
    expect(missing([{ path: 'README.md', title: asked }])).toHaveLength(1);
  });
});

describe('SECURITY.md', () => {
  it('names no address that nobody reads', () => {
    expect(textOf('SECURITY.md')).not.toMatch(/[\w.-]+@[\w-]+\.\w+/);
  });
});
