import { textOf } from './markdown.ts';
import { cellsOf, missingTests, namedTestsIn } from './named-tests.ts';

const PAGE = textOf('docs/threat-model.md');

const [, section = ''] = PAGE.split('\n## Attacks, and where they fail\n');
const [own = ''] = section.split('\n## ');
const ROWS = cellsOf(own)
  .slice(1)
  .map(([attack = '', who, stops, tests = '']) => ({
    attack,
    who,
    stops,
    tests: namedTestsIn(tests),
  }));

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
    expect(missingTests(row.tests)).toEqual([]);
  });

  // it('is not found in a comment', () => {});
  it.each([
    { asked: 'finds a title: $asked', isFound: true },
    { asked: 'the table of attacks', isFound: true },
    { asked: 'is not found in a comment', isFound: false },
    { asked: 'finds a title', isFound: false },
  ])('finds a title: $asked', ({ asked, isFound }) => {
    const path = 'test/docs/threat-model.test.ts';
    expect(missingTests([{ path, title: asked }])).toHaveLength(isFound ? 0 : 1);
    expect(missingTests([{ path: 'test/docs/none.test.ts', title: asked }])).toHaveLength(1);
    expect(missingTests([{ path: 'README.md', title: asked }])).toHaveLength(1);
  });
});

describe('SECURITY.md', () => {
  it('names no address that nobody reads', () => {
    expect(textOf('SECURITY.md')).not.toMatch(/[\w.-]+@[\w-]+\.\w+/);
  });
});
