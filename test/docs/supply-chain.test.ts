import { filesNamed, textOf } from './markdown.ts';

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
