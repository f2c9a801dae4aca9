import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { type LocalClient, localClient } from '../../cli/commands/start/local-client.ts';
import type { Fault } from '../../local/state/emulator/fault.ts';

/** A local cloud in its own process, so that its CPU and memory are not measured. */
export type Cloud = LocalClient &
  AsyncDisposable & {
    /** The calls since the last call of this function, by method, as in `secretmanager projects.secrets.patch`. */
    calls(): Promise<ReadonlyMap<string, number>>;
    /** Replaces the faults, which can also add latency. */
    faults(faults: readonly Fault[]): Promise<void>;
    /** Moves the clock, and waits until the next request makes a function read it. */
    advance(minutes: number): Promise<void>;
  };

/** See shared/google/wire/local-clock.ts. */
const CLOCK_READ_EVERY_MS = 150;

type Requests = {
  requests: { api?: string; apiMethod?: string }[];
  counts: Record<string, number>;
};

/**
 * Starts a local cloud in a process of its own.
 *
 * @param file a program in this directory that sends its address
 * @throws {Error} when the process exits instead
 */
export async function startCloud(
  file: string,
  args: readonly string[] = [],
): Promise<{ readonly url: string } & AsyncDisposable> {
  const child = fork(new URL(file, import.meta.url), args);
  const ended = once(child, 'exit');
  const [received] = await Promise.race([once(child, 'message'), ended]);
  if (typeof received?.url !== 'string') throw new Error(`${file} exited with ${received}`);
  return {
    url: received.url,
    async [Symbol.asyncDispose]() {
      child.kill();
      await ended;
    },
  };
}

/** @param seed a world, as in a world file */
export async function openCloud(seed: object): Promise<Cloud> {
  const { url, ...started } = await startCloud('./cloud-process.ts');
  const client = localClient(url);
  await client.seed(JSON.stringify(seed));
  const control = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`${url}/_local/${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return (await response.json()) as T;
  };
  let seen = 0;
  return {
    ...client,
    async calls() {
      const { requests, counts } = await control<Requests>('GET', 'requests');
      const total = Object.values(counts).reduce((a, b) => a + b, 0);
      const newCalls = total - seen;
      if (newCalls > requests.length)
        throw new Error('there were more new calls than the local cloud logs');
      seen = total;
      const calls = new Map<string, number>();
      for (const { api, apiMethod } of newCalls > 0 ? requests.slice(-newCalls) : []) {
        const name = `${api} ${apiMethod}`;
        calls.set(name, (calls.get(name) ?? 0) + 1);
      }
      return calls;
    },
    faults: (faults) => control('PUT', 'faults', faults),
    async advance(minutes) {
      await control('POST', 'clock', { advanceSeconds: minutes * 60 });
      await setTimeout(CLOCK_READ_EVERY_MS);
    },
    ...started,
  };
}
