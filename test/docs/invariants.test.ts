import { textOf } from './markdown.ts';
import { cellsOf, missingTests, namedTestsIn } from './named-tests.ts';

const ROWS = cellsOf(textOf('docs/invariants.md'))
  .slice(1)
  .map(([name = '', , tests = '']) => ({ name, tests: namedTestsIn(tests) }));

describe('the table of invariants', () => {
  it('has a row for each of the ten invariants', () => {
    expect(ROWS.map(({ name }) => name)).toEqual(Array.from({ length: 10 }, (_, i) => `I${i + 1}`));
  });

  it.each(ROWS)('names tests of $name that exist', ({ tests }) => {
    expect(tests.length).toBeGreaterThan(0);
    expect(missingTests(tests)).toEqual([]);
  });
});
