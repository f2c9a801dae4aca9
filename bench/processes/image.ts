import { execFile } from 'node:child_process';
import { copyFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporary } from './temporary.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

let built: Promise<string> | undefined;

/** What is deployed, in an image. */
export const FUNCTIONS = 'bundle/index.js';

/**
 * What is deployed, in a directory of its own, as in an image: the functions bundled, the packages beside them. The yardsticks, and what
 * measures the parts of ours one by one, are compiled into `build`, so that nobody strips types while it is measured.
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
