import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The command line. */
export const MAIN = fileURLToPath(new URL('../cli/main.ts', import.meta.url));

/** The environment of a process that a test starts, without the credentials of the person who runs the tests. jest.config.js explains the cache. */
export const ENV = {
  PATH: process.env.PATH ?? '',
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? '',
};

export type Ran = { readonly code: number | null; readonly out: string; readonly err: string };

/**
 * Runs a program until it ends.
 *
 * @param options.started gets the process, to send it a signal
 */
export function run(
  program: string,
  args: readonly string[],
  {
    env,
    cwd,
    started,
  }: Pick<SpawnOptions, 'cwd'> & {
    readonly env?: Readonly<Record<string, string>>;
    readonly started?: (child: ChildProcess) => void;
  } = {},
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...ENV, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    started?.(child);
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      err += text;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out, err }));
  });
}

/** Runs a command of ours, as a person does. */
export const hopmint = (
  args: readonly string[],
  options?: Parameters<typeof run>[2],
): Promise<Ran> => run(process.execPath, [MAIN, ...args], options);

/** A `gcloud` in front of any other on the PATH, which only notes how it is called. */
export async function plantGcloud(): Promise<{
  readonly PATH: string;
  calls(): string;
  remove(): Promise<void>;
}> {
  const directory = await mkdtemp(join(tmpdir(), 'hopmint-gcloud-'));
  const calls = join(directory, 'calls');
  writeFileSync(calls, '');
  writeFileSync(join(directory, 'gcloud'), `#!/bin/sh\necho "$@" >> '${calls}'\n`, { mode: 0o755 });
  return {
    PATH: `${directory}:${ENV.PATH}`,
    calls: () => readFileSync(calls, 'utf8'),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}
