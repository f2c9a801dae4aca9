import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { ENV } from '../../run.ts';

/** The answer of a workload that runs `publisher.ts`. */
export type Answer = {
  readonly published: number;
  readonly reasons: readonly string[];
  readonly version: number;
  readonly stale: number;
};

export type Workload = {
  /** Publishes this number of messages at once, at this time. */
  publish(calls: number, now: Date): Promise<Answer>;
  /** Ends its input. Returns the exit code, and the time until it ended in milliseconds. */
  end(): Promise<{ readonly code: number | null; readonly tookMs: number }>;
  /** Kills it. */
  kill(): void;
};

/** Runs a copy of `publisher.ts` with the given environment only, so without the credentials of the person who runs the test. */
export function startWorkload(script: string, env: Record<string, string>): Workload {
  const child: ChildProcess = spawn(process.execPath, [script], {
    cwd: '/',
    env: { ...ENV, HOME: '/nonexistent', ...env },
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
      return JSON.parse(value) as Answer;
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
