import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { freePorts, listens } from '../../cli/commands/start/function.ts';
import { image } from './image.ts';
import type { Usage } from './usage.ts';

/** The command that runs a function. */
export const FRAMEWORK = fileURLToPath(
  new URL('./main.js', import.meta.resolve('@google-cloud/functions-framework')),
);

export type Env = Readonly<Record<string, string>>;

/** A process of its own, with nothing of the shell's environment: what it uses is what is measured. */
export class Measured implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #ended: Promise<never>;

  constructor(child: ChildProcess) {
    this.#child = child;
    this.#ended = new Promise((_, reject) => {
      child.once('exit', (code) => reject(new Error(`what was measured ended with ${code}`)));
    });
    this.#ended.catch(() => undefined);
  }

  /** What it has used since it started. @param after `collect`: a garbage collection */
  usage(after: 'now' | 'collect' = 'now'): Promise<Usage> {
    return this.ask<Usage>(after);
  }

  /** Sends a message and gives the next one that comes back. @throws {Error} when the process ends in place of an answer */
  async ask<T>(message: string | object): Promise<T> {
    const answer = new Promise<T>((resolve) => {
      this.#child.once('message', (told) => resolve(told as T));
    });
    this.#child.send(message);
    return Promise.race([answer, this.#ended]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }
}

/** @param args a file of the image, as `build/bench/measured/rotation-loop.js`, and what it is given */
export async function startProcess(args: readonly string[], env: Env): Promise<Measured> {
  const directory = await image();
  const usage = pathToFileURL(`${directory}/build/bench/processes/usage.js`).href;
  return new Measured(nodeOf(['--import', usage, ...args], env, directory));
}

/** A function under the real functions-framework. */
export type Deployed = Measured & { readonly url: string };

/** @param source a file of the image */
export async function startFunction(source: string, target: string, env: Env): Promise<Deployed> {
  const [port = 0] = await freePorts(1);
  const args = [FRAMEWORK, `--source=${source}`, `--target=${target}`, `--port=${port}`];
  const measured = await startProcess(args, { ...env, NODE_ENV: 'production' });
  const url = `http://127.0.0.1:${port}`;
  const until = performance.now() + 30_000;
  while (!(await listens(port))) {
    if (performance.now() > until) throw new Error(`${target} does not listen`);
    await sleep(10);
  }
  return Object.assign(measured, { url });
}

/** Node in the image. What it prints on its standard error is shown, its logs are read and dropped. */
export function nodeOf(args: readonly string[], env: Env, directory: string): ChildProcess {
  const child = spawn(process.execPath, [...args], {
    cwd: directory,
    env,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  child.stdout?.resume();
  return child;
}
