import { cp, mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** The files of the repository that `npm pack` reads. */
const PACKED = [
  'package.json',
  'README.md',
  'LICENSE',
  'tsconfig.json',
  'tsconfig.reader.json',
  'scripts/pack.ts',
  'shared/domain',
  'shared/reader',
];

/** A copy of the files that `npm pack` reads: packing changes a package.json that other tests may be reading. */
export type Clone = { readonly directory: string; remove(): Promise<void> };

export async function cloneRepository(): Promise<Clone> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'hopmint-clone-')));
  for (const path of PACKED) {
    const copy = join(directory, path);
    await mkdir(dirname(copy), { recursive: true });
    await cp(path, copy, { recursive: true });
  }
  await symlink(resolve('node_modules'), join(directory, 'node_modules'));
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}
