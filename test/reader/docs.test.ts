import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readerPage } from '../../scripts/reader-page.ts';

describe('The pages on reading', () => {
  it('have an API page that equals the comments: node scripts/reader-page.ts', async () => {
    expect(await readFile('docs/reader.md', 'utf8')).toBe(await readerPage());
  });

  it('have a section with a text for every export', async () => {
    const page = await readerPage();
    const index = await readFile('shared/reader/index.ts', 'utf8');
    const names = [...index.matchAll(/\{([^}]+)\}/g)].flatMap(([, list = '']) =>
      list
        .split(',')
        .map((name) => name.replace('type', '').trim())
        .filter(Boolean),
    );
    expect(names).toEqual(expect.arrayContaining(['SecretCredential', 'parseCredential']));
    for (const name of names)
      expect(page).toMatch(new RegExp(`^## \`${name}\`\\n\\n[A-Z\`].+\\.`, 'm'));
  });

  it('say what to do for every reason that a workload may get', async () => {
    const [guide, error] = await Promise.all(
      ['docs/reading.md', 'shared/reader/error.ts'].map((path) => readFile(path, 'utf8')),
    );
    const reasons = [...(error ?? '').matchAll(/^ {2}\| '([a-z-]+)'/gm)].map(
      ([, reason]) => reason,
    );
    expect(reasons.length).toBeGreaterThan(9);
    const programmingErrors = ['misconfigured', 'not-a-header'];
    for (const reason of reasons.filter((one) => !programmingErrors.includes(one ?? ''))) {
      expect(guide).toContain(`| \`${reason}\` |`);
    }
  });

  it('link only to files that exist', async () => {
    for (const page of ['docs/reading.md', 'docs/reader.md']) {
      const text = await readFile(page, 'utf8');
      for (const [, path = ''] of text.matchAll(/\]\(([^)#:]+)\)/g)) {
        const target = join(dirname(page), path);
        expect(await readdir(dirname(target))).toContain(target.split('/').at(-1));
      }
    }
  });
});
