import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A program that has ended. */
export type Ended = { readonly code: number | null; readonly out: string; readonly err: string };

/** A program that serves. */
export type Served = {
  readonly url: string;
  /** What it prints after its port. */
  readonly lines: AsyncIterator<string>;
};

export type Processes = {
  /** Runs a program to its end. */
  run(command: string, args: readonly string[], options: SpawnOptions): Promise<Ended>;
  /** Starts a program that prints the port on which it serves. */
  serve(command: string, args: readonly string[], options: SpawnOptions): Promise<Served>;
  /** Ends every program that still runs. */
  end(): Promise<void>;
};

/** The processes of one test. */
export function processes(): Processes {
  const running = new Set<ChildProcess>();
  const start = (command: string, args: readonly string[], options: SpawnOptions) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    let err = '';
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    return { child, errors: () => err };
  };
  return {
    async run(command, args, options) {
      const { child, errors } = start(command, args, options);
      let out = '';
      child.stdout.on('data', (chunk) => {
        out += chunk;
      });
      const [code] = (await once(child, 'close')) as [number | null];
      return { code, out, err: errors() };
    },
    async serve(command, args, options) {
      const { child, errors } = start(command, args, options);
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      const { value = '' } = await lines.next();
      const port = /"port":(\d+)/.exec(value)?.[1];
      if (port === undefined) throw new Error(`${args}: ${value} ${errors()}`);
      return { url: `http://127.0.0.1:${port}/`, lines };
    },
    async end() {
      await Promise.all(
        [...running].map(async (child) => {
          if (child.exitCode !== null || child.signalCode !== null) return;
          const ended = once(child, 'exit');
          child.kill();
          await ended;
        }),
      );
      running.clear();
    },
  };
}
