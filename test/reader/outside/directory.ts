import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { cloneRepository } from './clone.ts';

const run = promisify(execFile);

/** A directory outside the repository in which our package is installed, packed as for publication. */
export type Outside = {
  readonly directory: string;
  /** The unpacked package. */
  readonly installed: string;
  /** Copies a file of the repository into the directory, under its base name. Returns its path. */
  copy(path: string): Promise<string>;
  remove(): Promise<void>;
};

/** @param dependencies packages to install next to it; no other package of the repository can be imported there */
export async function openOutside(dependencies: readonly string[]): Promise<Outside> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'hopmint-outside-')));
  const modules = join(directory, 'node_modules');
  const installed = join(modules, 'hopmint');
  await mkdir(installed, { recursive: true });
  const clone = await cloneRepository();
  try {
    const pack = ['pack', '--json', '--pack-destination', directory];
    const { stdout } = await run('npm', pack, { cwd: clone.directory });
    const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
    await run('tar', ['-xzf', filename, '-C', installed, '--strip-components=1'], {
      cwd: directory,
    });
  } finally {
    await clone.remove();
  }
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
