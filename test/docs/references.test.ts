import { existsSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { filesNamed, markdownOf, ROOT, textOf } from './markdown.ts';
import { cellsOf, missingTests, namedTestsIn } from './named-tests.ts';

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
      '# A page\n[a](docs/deployment/alerts.md) [b](#a-page) [c](none.md)\n\n[d](README.md#none) [e](#f)\n';
    expect(brokenIn('README.md', text)).toEqual([
      'README.md:2: none.md',
      'README.md:4: README.md#none',
      'README.md:4: #f',
    ]);
  });
});

type Lock = {
  readonly packages: Readonly<Record<string, { readonly hasInstallScript?: boolean }>>;
};
type Manifest = { readonly allowScripts: Readonly<Record<string, boolean>> };

describe('install scripts', () => {
  const { packages } = JSON.parse(textOf('package-lock.json')) as Lock;
  const { allowScripts } = JSON.parse(textOf('package.json')) as Manifest;
  const withScript = Object.entries(packages).flatMap(([path, { hasInstallScript }]) =>
    hasInstallScript === true ? [path.replace(/^.*node_modules\//, '')] : [],
  );

  it('are allowed or forbidden by name in package.json, for every package that has one', () => {
    expect(withScript.length).toBeGreaterThan(1);
    expect([...new Set(withScript)].sort()).toEqual(Object.keys(allowScripts).sort());
  });

  it('of two packages may run: Node itself, and the compiler of the tests', () => {
    const allowed = Object.keys(allowScripts).filter((name) => allowScripts[name] === true);
    expect(allowed).toEqual(['node', '@swc/core']);
  });

  it('of any other package make npm fail', () => {
    expect(textOf('.npmrc')).toMatch(/^strict-allow-scripts=true$/m);
  });
});

/** No public source states their digests, as decision 18 says. `npm run pin` asks for them at the installation. */
const PINNED_LATER = [
  'gcr.io/buildpacks/builder:google-24',
  'gcr.io/buildpacks/google-24/run:latest',
];
const BUILDS = ['cloudbuild.yaml', ...filesNamed('deploy/*.yaml')];
const IMAGE = /^ *(?:(?:- )?name: |- --(?:builder|run-image)=)(\S+)/;

describe.each(BUILDS)('the images of %s', (path) => {
  const lines = textOf(path).split('\n');
  const images = lines.flatMap((line, i) => {
    const image = IMAGE.exec(line)?.[1];
    return image === undefined ? [] : [{ image, above: lines[i - 1] ?? '' }];
  });
  const isPinned = (image: string) => /@sha256:[0-9a-f]{64}$/.test(image);

  it('have a digest, except two of Google’s buildpacks', () => {
    expect(images.length).toBeGreaterThan(0);
    const loose = images.map(({ image }) => image).filter((image) => !isPinned(image));
    expect(loose.filter((image) => !PINNED_LATER.includes(image))).toEqual([]);
  });

  it('have their first mention below a comment with the source and the day of the digest', () => {
    const first = new Map(images.toReversed().map(({ image, above }) => [image, above]));
    const unexplained = [...first].filter(
      ([image, above]) => isPinned(image) && !/^ *# .*\b20\d\d-\d\d-\d\d\b/.test(above),
    );
    expect(unexplained).toEqual([]);
  });
});

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
    const path = 'test/docs/references.test.ts';
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
