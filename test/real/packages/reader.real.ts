import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { readerPage } from '../../../scripts/reader-page.ts';
import { type Outside, openOutside, packed } from '../../reader/outside/directory.ts';

describe('Package:', () => {
  const run = promisify(execFile);

  let outside: Outside;
  beforeAll(async () => {
    outside = await openOutside(['google-auth-library', '@types/node'], packed);
  }, 60_000);
  afterAll(() => outside.remove());

  /** Every module that a module imports statically, directly or not. */
  async function importsOf(path: string, seen = new Set<string>()): Promise<Set<string>> {
    if (seen.has(path)) return seen;
    seen.add(path);
    const source = await readFile(path, 'utf8');
    for (const [, name = ''] of source.matchAll(/(?:from|import\(?)\s*'([^']+)'/g)) {
      if (name.startsWith('.')) await importsOf(resolve(dirname(path), name), seen);
      else seen.add(name);
    }
    return seen;
  }

  /** The errors of the compiler in each of these sources. It is started once for all, because that takes most of its time. */
  async function typeErrors(...sources: string[]): Promise<string[]> {
    const names = sources.map((_, i) => `typed-${i}.ts`);
    await Promise.all(
      names.map((name, i) => writeFile(join(outside.directory, name), sources[i] as string)),
    );
    const tsc = resolve('node_modules/typescript/bin/tsc');
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024'];
    const flags = [...options, '--types', 'node', '--skipLibCheck', '--pretty', 'false'];
    const compiled = run(process.execPath, [tsc, ...flags, ...names], { cwd: outside.directory });
    const errors = await compiled.then(
      () => '',
      (error: { stdout: string }) => error.stdout,
    );
    const lines = errors.split(/\n(?=\S)/);
    return names.map((name) => lines.filter((line) => line.startsWith(name)).join('\n'));
  }

  describe('hopmint/reader, as it is packed,', () => {
    it('imports only google-auth-library, Node and its own files', async () => {
      const entry = join(outside.installed, 'build/package/reader/index.js');
      const imports = [...(await importsOf(entry))];
      const others = imports.filter((name) => !name.startsWith('/'));
      expect(others.sort()).toEqual(['google-auth-library', 'node:http', 'node:timers/promises']);
      const own = imports.filter((name) => name.startsWith('/'));
      for (const path of own) {
        expect(relative(outside.installed, path)).toMatch(
          /^build\/package\/(reader(\/[\w-]+)?|domain(\/[\w-]+)+)\/[\w-]+\.js$/,
        );
      }
    });

    it('costs little in addition to google-auth-library, which every client of Google loads', async () => {
      const measure = `
      const began = performance.now();
      await import('google-auth-library');
      const library = performance.now();
      await import('hopmint/reader');
      console.log(JSON.stringify({ library: library - began, reader: performance.now() - library }));
    `;
      const ratios: number[] = [];
      for (let round = 0; round < 5; round++) {
        const { stdout } = await run(process.execPath, ['--input-type=module', '-e', measure], {
          cwd: outside.directory,
        });
        const { library, reader } = JSON.parse(stdout) as { library: number; reader: number };
        ratios.push(reader / library);
      }
      expect(ratios.sort((a, b) => a - b)[2]).toBeLessThan(0.5);
    });

    it('has types that a strict compiler accepts, and that refuse mistakes', async () => {
      const use = (options: string) => `
      import { GoogleAuth } from 'google-auth-library';
      import { parseCredential, ReaderError, SecretCredential, type Stale } from 'hopmint/reader';
      const authClient = new SecretCredential(${options});
      export const auth = new GoogleAuth({ authClient });
      export const token: Promise<string> = authClient.getToken({ minValidity: '10m' });
      export const stale = (stale: Stale): number => stale.ageSeconds;
      export const isDenied = (error: unknown) => error instanceof ReaderError && error.reason === 'secret-denied';
      export const kind: 'raw' | 'json' | 'header' = parseCredential('x').format;
    `;
      const [right, without, misspelt] = await typeErrors(
        use(`{ secret: 'projects/p/secrets/s', account: 'a@b' }`),
        use('{}'),
        use(`{ secret: 's', minvalidity: 5 }`),
      );
      expect(right).toBe('');
      expect(without).toMatch(/Property 'secret' is missing/);
      expect(misspelt).toMatch(/minvalidity/);
    });

    it('is the only module that the package exports', async () => {
      const other = run(
        process.execPath,
        ['-e', "import('hopmint/build/package/domain/account.js')"],
        {
          cwd: outside.directory,
        },
      );
      await expect(other).rejects.toThrow(/ERR_PACKAGE_PATH_NOT_EXPORTED/);
    });
  });
});

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
