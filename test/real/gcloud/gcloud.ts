import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pLimit from 'p-limit';
import { CLI, type LocalProcess, openLocal } from '../local-process.ts';

const run = promisify(execFile);

export type GcloudRun = { readonly code: number; readonly out: string; readonly err: string };

/**
 * Runs gcloud in the environment of `./hopmint local env --as ACCOUNT`.
 *
 * @param command the words of the command, separated by single spaces
 * @param more further arguments, which may contain spaces
 */
export type Gcloud = (command: string, ...more: string[]) => Promise<GcloudRun>;

export type LocalWithGcloud = LocalProcess & {
  as(account: string): Promise<Gcloud>;
  /** A directory for files that gcloud reads and writes. */
  readonly directory: string;
};

/** gcloud is a Python program. Each command keeps one core busy for a second. */
const limit = pLimit(2);

/**
 * Starts a local cloud in another process, for gcloud.
 *
 * @throws {Error} when gcloud is not installed. The tests must not pass without it.
 */
export async function openLocalWithGcloud(seed?: string): Promise<LocalWithGcloud> {
  await run('gcloud', ['--version']).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new Error(
      'gcloud is not installed. Install the Google Cloud CLI: https://cloud.google.com/sdk/docs/install',
    );
  });
  const directory = await mkdtemp(join(tmpdir(), 'hopmint-real-'));
  const local = await openLocal(seed);
  return {
    ...local,
    directory,
    async as(account) {
      const env = await environmentOf(local.port, account);
      return (command, ...more) => limit(() => gcloud([...command.split(' '), ...more], env));
    },
    async close() {
      await local.close();
      await rm(directory, { recursive: true });
    },
  };
}

type Env = Readonly<Record<string, string>>;

/** The environment of a shell after `eval "$(./hopmint local env --port PORT --as ACCOUNT)"`. */
export async function environmentOf(port: number, account: string): Promise<Env> {
  const { stdout } = await run('sh', [
    '-ec',
    'lines=$("$@"); eval "$lines"; env -0',
    'sh',
    ...[process.execPath, CLI, 'local', 'env', '--port', String(port), '--as', account],
  ]);
  return Object.fromEntries(
    stdout
      .split('\0')
      .filter(Boolean)
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

async function gcloud(args: string[], env: Env): Promise<GcloudRun> {
  try {
    const { stdout, stderr } = await run('gcloud', args, { env, timeout: 60_000 });
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: unknown; stdout: string; stderr: string };
    if (typeof code !== 'number') throw error;
    return { code, out: stdout, err: stderr };
  }
}

/** The JSON that a command printed. @throws {Error} with its standard error, when the command failed */
export function jsonOf<T = Record<string, unknown>>({ code, out, err }: GcloudRun): T {
  if (code !== 0) throw new Error(`gcloud exited with ${code}: ${err}`);
  return JSON.parse(out) as T;
}

/** The result of a command that IAM denied. */
export const deniedFor = (permission: string) => ({
  code: 1,
  out: '',
  err: expect.stringContaining(
    `Permission '${permission}' denied on resource (or it may not exist)`,
  ),
});
