import { existsSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { filesNamed, markdownOf, ROOT, textOf } from './markdown.ts';

const PAGES = filesNamed('*.md');

/** Links to missing files or headings of this repository. Links to other sites are not checked. */
function brokenIn(page: string, text: string): string[] {
  return markdownOf(text).links.flatMap(({ text: link, line }) => {
    if (/^[a-z]+:/.test(link)) return [];
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? page : normalize(join(page, '..', path));
    const broken = [`${page}:${line}: ${link}`];
    if (!existsSync(join(ROOT, target))) return broken;
    if (anchor === undefined) return [];
    const there = target === page ? text : textOf(target);
    return target.endsWith('.md') && markdownOf(there).anchors.has(anchor) ? [] : broken;
  });
}

describe('links', () => {
  it.each(PAGES)('of %s lead to a file and a heading that exist', (page) => {
    expect(brokenIn(page, textOf(page))).toEqual([]);
  });

  it('are reported with page and line when the file or the heading is missing', () => {
    const text =
      '# A page\n[a](docs/alerts.md) [b](#a-page) [c](none.md)\n\n[d](README.md#none) [e](#f)\n';
    expect(brokenIn('README.md', text)).toEqual([
      'README.md:2: none.md',
      'README.md:4: README.md#none',
      'README.md:4: #f',
    ]);
  });
});
