import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { freePorts, listens } from '../../cli/commands/start/function.ts';
import { image } from './image.ts';
import type { Usage } from './usage.ts';

/** The file of functions-framework that runs a function. */
export const FRAMEWORK = fileURLToPath(
  new URL('./main.js', import.meta.resolve('@google-cloud/functions-framework')),
);

export type Env = Readonly<Record<string, string>>;

/** A measured process. It gets no variable of the shell's environment. */
export class MeasuredProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #ended: Promise<never>;

  constructor(child: ChildProcess) {
    this.#child = child;
    this.#ended = new Promise((_, reject) => {
      child.once('exit', (code) => reject(new Error(`the measured process exited with ${code}`)));
    });
    this.#ended.catch(() => undefined);
  }

  /** Its resource usage since it started. @param when `collect`: after a garbage collection */
  usage(when: 'now' | 'collect' = 'now'): Promise<Usage> {
    return this.ask<Usage>(when);
  }

  /**
   * The longest turn of the event loop during `work`, in ms of CPU of the main thread. A turn has one step or some, so no step was longer.
   */
  async longestStep(work: () => Promise<unknown>): Promise<number> {
    await this.ask('watch');
    await work();
    return this.ask<number>('longest');
  }

  /** Sends a message and waits for the next message from the process. @throws {Error} when the process exits instead */
  async ask<T>(message: string | object): Promise<T> {
    const reply = new Promise<T>((resolve) => {
      this.#child.once('message', (received) => resolve(received as T));
    });
    this.#child.send(message);
    return Promise.race([reply, this.#ended]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }
}

/** @param args a file of the image, as in `build/bench/measured/rotation-loop.js`, and its arguments */
export async function startProcess(args: readonly string[], env: Env): Promise<MeasuredProcess> {
  const directory = await image();
  const usage = pathToFileURL(`${directory}/build/bench/processes/usage.js`).href;
  return new MeasuredProcess(startNode(['--import', usage, ...args], env, directory));
}

/** A function under the real functions-framework. */
export type Deployed = MeasuredProcess & { readonly url: string };

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

/** Starts Node in the image. Its standard error is shown; its logs are discarded. */
export function startNode(args: readonly string[], env: Env, directory: string): ChildProcess {
  const child = spawn(process.execPath, [...args], {
    cwd: directory,
    env,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  child.stdout?.resume();
  return child;
}
