import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pLimit from 'p-limit';
import { CLI, type LocalProcess, openLocal } from '../local-process.ts';

const run = promisify(execFile);

export type Ran = { readonly code: number; readonly out: string; readonly err: string };

/** A command of gcloud, in `./hopmint local env --as ACCOUNT`. It is told as one writes it: `secrets list`, and what has spaces apart. */
export type Gcloud = (command: string, ...more: string[]) => Promise<Ran>;

export type Real = LocalProcess & {
  as(account: string): Promise<Gcloud>;
  /** A directory for files that gcloud reads and writes. */
  readonly directory: string;
};

/** It is a Python program that keeps a core busy for a second. */
const together = pLimit(2);

/**
 * A local cloud from outside, for gcloud from outside.
 *
 * @throws {Error} when gcloud is not here: a run without it has shown nothing
 */
export async function openReal(seed?: string): Promise<Real> {
  await run('gcloud', ['--version']).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new Error(
      'gcloud is not on this machine. test:real drives the local cloud with it: install the Google Cloud CLI, https://cloud.google.com/sdk/docs/install.',
    );
  });
  const directory = await mkdtemp(join(tmpdir(), 'hopmint-real-'));
  const local = await openLocal(seed);
  const configurations: string[] = [];
  return {
    ...local,
    directory,
    async as(account) {
      const env = await environmentOf(local.port, account);
      configurations.push(env.CLOUDSDK_CONFIG ?? '');
      return (command, ...more) => together(() => gcloud([...command.split(' '), ...more], env));
    },
    async close() {
      await local.close();
      for (const made of [directory, ...configurations]) await rm(made, { recursive: true });
    },
  };
}

type Env = Readonly<Record<string, string>>;

/** What a shell holds after `eval "$(./hopmint local env --port PORT --as ACCOUNT)"`. */
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

async function gcloud(args: string[], env: Env): Promise<Ran> {
  try {
    const { stdout, stderr } = await run('gcloud', args, { env, timeout: 60_000 });
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: unknown; stdout: string; stderr: string };
    if (typeof code !== 'number') throw error;
    return { code, out: stdout, err: stderr };
  }
}

/** What a command printed as JSON. @throws {Error} with what it said, when it failed */
export function printed<T = Record<string, unknown>>({ code, out, err }: Ran): T {
  if (code !== 0) throw new Error(`gcloud exited with ${code}: ${err}`);
  return JSON.parse(out) as T;
}

/** A refusal by IAM, in gcloud's words. */
export const deniedFor = (permission: string) => ({
  code: 1,
  out: '',
  err: expect.stringContaining(
    `Permission '${permission}' denied on resource (or it may not exist)`,
  ),
});
