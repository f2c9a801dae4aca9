import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { copyFile, mkdtemp, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

let built: Promise<string> | undefined;

/** What is deployed, in an image. */
export const FUNCTIONS = 'bundle/index.js';

/**
 * What is deployed, in a directory of its own, as in an image: the functions bundled, the packages beside them. The yardsticks, and what
 * measures the parts of ours one by one, are compiled into `build`, so that nobody strips types while it is measured.
 *
 * @returns the directory; it is gone when this process ends
 */
export function image(): Promise<string> {
  built ??= build();
  return built;
}

async function build(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'hopmint-bench-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  const tsc = path('../node_modules/typescript/bin/tsc');
  const run = promisify(execFile);
  const tsconfig = path('tsconfig.json');
  await Promise.all([
    run(process.execPath, [path('../cli/bundle.ts'), join(directory, 'bundle')]),
    run(process.execPath, [tsc, '--project', tsconfig, '--outDir', join(directory, 'build')]),
  ]);
  await copyFile(path('../package.json'), join(directory, 'package.json'));
  await symlink(path('../node_modules'), join(directory, 'node_modules'));
  return directory;
}
