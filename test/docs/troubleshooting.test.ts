import { readFileSync } from 'node:fs';
import { dispositionOf, REASONS } from '../../shared/domain/basics/failure.ts';
import { KINDS } from '../../shared/report/words/kinds.ts';

const page = readFileSync(new URL('../../docs/troubleshooting.md', import.meta.url), 'utf8');
const sections = new Map(
  page
    .split(/^### /m)
    .slice(1)
    .map((section): [string, string] => {
      const [heading = '', ...body] = section.split('\n');
      return [heading, body.join(' ')];
    }),
);

describe('docs/troubleshooting.md', () => {
  it.each(REASONS)('says of the reason what it means, and what becomes of it: %s', (reason) => {
    const told = dispositionOf(reason);
    expect(sections.get(`\`${reason}\``)).toMatch(
      new RegExp(`\\*${told[0]?.toUpperCase()}${told.slice(1)}\\.\\*`),
    );
  });

  it.each(Object.keys(KINDS))('says of the finding what to do: %s', (kind) => {
    expect(sections.get(`\`${kind}\``)?.trim().length).toBeGreaterThan(80);
  });

  it('has each heading once', () => {
    const headings = [...page.matchAll(/^### .*/gm)].map(([heading]) => heading);
    expect(headings.filter((heading, i) => headings.indexOf(heading) !== i)).toEqual([]);
  });
});
