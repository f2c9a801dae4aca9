import { type ChildProcess, spawn } from 'node:child_process';
import { connect, createServer, type Server } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const FUNCTIONS = new URL('../../../functions/index.ts', import.meta.url).href;

const STARTS_WITHIN_MS = 30_000;
const STOPS_WITHIN_MS = 3000;

/** A deployed function in a process of its own, under the real functions-framework. */
export type FunctionProcess = {
  readonly url: string;
  readonly pid: number | undefined;
  /** Settles when the process has ended for any reason. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
};

/**
 * @param options.port any free port by default
 * @param options.env its whole environment: the shell's environment may contain credentials
 * @param options.log gets each line that the process prints
 * @throws {Error} if it ends, or does not listen within half a minute
 */
export async function startFunction(options: {
  readonly target: string;
  readonly port?: number;
  readonly env: Readonly<Record<string, string>>;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}): Promise<FunctionProcess> {
  const { target, port: asked = 0, env, log, signal } = options;
  const args = [path('./serve-function.ts'), FUNCTIONS, target, String(asked)];
  const child = spawn(process.execPath, args, {
    env: { ...env, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'], // the process ends when the IPC channel closes
  });
  const last: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface(stream).on('line', (line) => {
      last.push(line);
      if (last.length > 5) last.shift();
      log(line);
    });
  }
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`${target} did not start: ${error.message}`));
    child.once('close', (code, by) =>
      resolve([`${target} ended with ${by ?? code}`, ...last].join('\n  ')),
    );
  });

  const listening = new Promise<number>((resolve) => child.once('message', resolve));
  const late = AbortSignal.any([signal, AbortSignal.timeout(STARTS_WITHIN_MS)]);
  const port = await Promise.race([listening, ended, aborted(late)]);
  if (typeof port === 'string') throw new Error(port);
  if (port === undefined) {
    await stop(child, ended);
    throw new Error(`${target} does not listen`);
  }
  return { url: `http://127.0.0.1:${port}`, pid: child.pid, ended, stop: () => stop(child, ended) };
}

const aborted = (signal: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });

async function stop(child: ChildProcess, ended: Promise<string>): Promise<void> {
  child.kill('SIGTERM');
  const last = setTimeout(() => child.kill('SIGKILL'), STOPS_WITHIN_MS);
  await ended;
  clearTimeout(last);
}

/** Tries only the TCP port, because the framework would log an error for a GET. */
export const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

/** Free ports. Each stays in use until the last is found, so that no port is returned twice. */
export async function freePorts(count: number): Promise<number[]> {
  const servers: Server[] = [];
  const ports: number[] = [];
  for (let i = 0; i < count; i++) {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    const address = server.address();
    if (typeof address === 'object' && address) ports.push(address.port);
    servers.push(server);
  }
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
