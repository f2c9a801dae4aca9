import { execFile } from 'node:child_process';
import { copyFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporary } from './temporary.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

let built: Promise<string> | undefined;

/** The deployed functions, in the image. */
export const FUNCTIONS = 'bundle/index.js';

/**
 * Makes a directory that looks like the deployed image: the bundled functions and the packages.
 *
 * `build` contains the yardsticks and the programs in `measured/`, compiled, so that Node strips no types while it is measured.
 *
 * @returns the directory
 */
export function image(): Promise<string> {
  built ??= build();
  return built;
}

async function build(): Promise<string> {
  const directory = temporary();
  const tsc = path('../../node_modules/typescript/bin/tsc');
  const run = promisify(execFile);
  const tsconfig = path('../tsconfig.json');
  await Promise.all([
    run(process.execPath, [path('../../scripts/bundle.ts'), join(directory, 'bundle')]),
    run(process.execPath, [tsc, '--project', tsconfig, '--outDir', join(directory, 'build')]),
  ]);
  await copyFile(path('../../package.json'), join(directory, 'package.json'));
  await symlink(path('../../node_modules'), join(directory, 'node_modules'));
  return directory;
}
