import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const CLI = `${ROOT}cli/main.ts`;
export const WORLD = `${ROOT}test/real/world.yaml`;

export type LocalProcess = {
  readonly url: string;
  readonly port: number;
  /** What it said on standard error so far: one line for each unknown route, and none when all is well. */
  said(): string;
  /** A call to `/_local/`. */
  local(method: 'GET' | 'POST' | 'PUT', path: string, body?: object): Promise<unknown>;
  close(): Promise<void>;
};

/** `./hopmint local` as a user starts it, in a process of its own. */
export async function openLocal(seed = WORLD): Promise<LocalProcess> {
  const child = spawn(process.execPath, [CLI, 'local', '--port', '0', '--seed', seed], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stderr.on('data', (text) => {
    err += text;
  });
  const exited = once(child, 'exit');
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (text) => {
      out += text;
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(out)?.[0];
      if (found) resolve(found);
    });
    exited.then(() => reject(new Error(`./hopmint local stopped: ${out}${err}`)), reject);
  });
  return {
    url,
    port: Number(new URL(url).port),
    said: () => err,
    async local(method, path, body) {
      const answer = await fetch(`${url}/_local/${path}`, {
        method,
        ...(body && { body: JSON.stringify(body) }),
      });
      if (!answer.ok) throw new Error(`/_local/${path}: ${answer.status} ${await answer.text()}`);
      return answer.json();
    },
    async close() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
