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

/** Files of ours that a page names in inline code and that do not exist. A superseded decision may name former files. */
function missingFilesIn(page: string, text: string): string[] {
  if (text.includes('**Superseded.**')) return [];
  return markdownOf(text).inlineCode.flatMap(({ text: code, line }) => {
    const isFile =
      /^(?:bench|cli|deploy|docs|examples|functions|local|scripts|shared|test)\/[\w./-]+\.\w+$/.test(
        code,
      );
    return isFile && !existsSync(join(ROOT, code)) ? [`${page}:${line}: ${code}`] : [];
  });
}

describe('the files that a page names', () => {
  it.each(PAGES)('in %s exist', (page) => {
    expect(missingFilesIn(page, textOf(page))).toEqual([]);
  });

  it('are reported with page and line when they are missing, unless the page is superseded', () => {
    const text = '# A page\n`shared/none.ts` `cli/main.ts` `docs/` `none.ts`\n';
    expect(missingFilesIn('README.md', text)).toEqual(['README.md:2: shared/none.ts']);
    expect(missingFilesIn('README.md', `${text}\n**Superseded.**\n`)).toEqual([]);
  });
});

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
