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
  it.each(REASONS)('has a section with the disposition of the reason %s', (reason) => {
    const disposition = dispositionOf(reason);
    expect(sections.get(`\`${reason}\``)).toMatch(
      new RegExp(`\\*${disposition[0]?.toUpperCase()}${disposition.slice(1)}\\.\\*`),
    );
  });

  it.each(Object.keys(KINDS))('has a section on the finding %s', (kind) => {
    expect(sections.get(`\`${kind}\``)?.trim().length).toBeGreaterThan(80);
  });

  it('has each heading once', () => {
    const headings = [...page.matchAll(/^### .*/gm)].map(([heading]) => heading);
    expect(headings.filter((heading, i) => headings.indexOf(heading) !== i)).toEqual([]);
  });
});
