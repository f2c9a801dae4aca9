import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { readerManifest } from '../../../scripts/pack.ts';
import { cloneRepository } from './clone.ts';

const run = promisify(execFile);

/** A directory outside the repository in which our package is installed. */
export type Outside = {
  readonly directory: string;
  /** The package. */
  readonly installed: string;
  /** Copies a file of the repository into the directory, under its base name. Returns its path. */
  copy(path: string): Promise<string>;
  remove(): Promise<void>;
};

/** Puts our package into a directory. */
type Install = (installed: string) => Promise<unknown>;

/** As npm does it with the file that `npm pack` makes. */
export const packed: Install = async (installed) => {
  const clone = await cloneRepository();
  try {
    const { stdout } = await run('npm', ['pack', '--json'], { cwd: clone.directory });
    const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
    await run('tar', ['-xzf', filename, '-C', installed, '--strip-components=1'], {
      cwd: clone.directory,
    });
  } finally {
    await clone.remove();
  }
};

/** The same modules and package.json, without npm, which takes most of the time. test/real/packages/pack.real.ts shows what npm packs. */
export const compiled: Install = async (installed) => {
  const manifest = readerManifest(await readFile('package.json', 'utf8'));
  await writeFile(join(installed, 'package.json'), manifest);
  const outDir = join(installed, 'build/package');
  const tsc = ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.reader.json', '--outDir', outDir];
  await run(process.execPath, tsc);
};

/** @param dependencies packages to install next to it; no other package of the repository can be imported there */
export async function openOutside(
  dependencies: readonly string[],
  install: Install = compiled,
): Promise<Outside> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'hopmint-outside-')));
  const modules = join(directory, 'node_modules');
  const installed = join(modules, 'hopmint');
  await mkdir(installed, { recursive: true });
  await install(installed);
  for (const name of dependencies) {
    const link = join(modules, name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(resolve('node_modules', name), link);
  }
  await writeFile(join(directory, 'package.json'), '{"type":"module"}\n');
  return {
    directory,
    installed,
    async copy(path) {
      const copied = join(directory, path.split('/').at(-1) ?? path);
      await cp(path, copied);
      return copied;
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}
