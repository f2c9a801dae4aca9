import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SCRIPT = new URL('../../scripts/bundle.ts', import.meta.url).pathname;

describe('the bundle of the functions', () => {
  let directory: string;
  let modules: string[];
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'bundle-'));
    const built = spawnSync(process.execPath, [SCRIPT, directory], { encoding: 'utf8' });
    if (built.status !== 0) throw new Error(built.stderr);
    const names = (await readdir(directory)).filter((name) => name.endsWith('.js'));
    const texts = await Promise.all(names.map((name) => readFile(join(directory, name), 'utf8')));
    // esbuild writes the path of each module in a comment above it.
    modules = texts.flatMap((text) =>
      [...text.matchAll(/^\s*\/\/ ((?:node_modules|shared|functions)\/\S+)$/gm)].map(
        ([, path = '']) => path,
      ),
    );
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it('has the reader of published files, in a list of modules that names packages too', () => {
    expect(modules).toContain('shared/domain/published/read.ts');
    expect(modules).toContainEqual(expect.stringMatching(/^node_modules\/zod\//));
  });

  it('has no YAML parser, and no schema of the chain file', () => {
    const unwanted = /ya?ml|^shared\/domain\/chain-file\//i;
    expect(modules.filter((path) => unwanted.test(path))).toEqual([]);
  });
});
