import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const CLI = `${ROOT}cli/main.ts`;
export const WORLD = `${ROOT}test/real/world.yaml`;

export type LocalProcess = {
  readonly url: string;
  readonly port: number;
  /** Calls a path below `/_local/`. */
  control(method: 'GET' | 'POST' | 'PUT', path: string, body?: object): Promise<unknown>;
  close(): Promise<void>;
};

/** Starts `./hopmint local` in another process, as a user starts it. */
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
    async control(method, path, body) {
      const response = await fetch(`${url}/_local/${path}`, {
        method,
        ...(body && { body: JSON.stringify(body) }),
      });
      if (!response.ok) {
        throw new Error(`/_local/${path}: ${response.status} ${await response.text()}`);
      }
      return response.json();
    },
    async close() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
