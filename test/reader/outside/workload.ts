import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** What a workload of `publisher.ts` answers. */
export type Told = {
  readonly published: number;
  readonly reasons: readonly string[];
  readonly version: number;
  readonly stale: number;
};

export type Workload = {
  /** Publishes so many messages at once, at that time. */
  publish(calls: number, now: Date): Promise<Told>;
  /** Ends its input, and gives the exit code and how long it took to end, in milliseconds. */
  end(): Promise<{ readonly code: number | null; readonly tookMs: number }>;
  /** Ends it whatever it does. */
  kill(): void;
};

/** Runs a copy of `publisher.ts`. Of the environment it gets what it is given, and no credentials of whoever runs the test. */
export function startWorkload(script: string, env: Record<string, string>): Workload {
  const child: ChildProcess = spawn(process.execPath, [script], {
    cwd: '/',
    env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const { stdin, stdout } = child;
  if (!stdin || !stdout) throw new Error('no pipes');
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  const closed = once(child, 'exit');
  return {
    async publish(calls, now) {
      stdin.write(`${JSON.stringify({ now, calls })}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error('the workload has ended');
      return JSON.parse(value) as Told;
    },
    async end() {
      const began = performance.now();
      stdin.end();
      const [code] = (await closed) as [number | null];
      return { code, tookMs: performance.now() - began };
    },
    kill: () => void child.kill('SIGKILL'),
  };
}
