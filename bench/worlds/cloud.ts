import { fork } from 'node:child_process';
import { once } from 'node:events';
import { type LocalClient, localClient } from '../../cli/commands/start/local-client.ts';
import type { Fault } from '../../local/state/fault.ts';

/** A local cloud in a process of its own: its CPU and memory are not those of what is measured. */
export type Cloud = LocalClient &
  AsyncDisposable & {
    /** The calls since this was asked last, counted by method, as `secretmanager projects.secrets.patch`. */
    calls(): Promise<ReadonlyMap<string, number>>;
    /** What goes wrong from now on, or late. */
    faults(faults: readonly Fault[]): Promise<void>;
  };

type Requests = {
  requests: { api?: string; apiMethod?: string }[];
  counts: Record<string, number>;
};

/** @param file one of this directory, which sends its address @throws {Error} when its process ends in place of that */
export async function startCloud(
  file: string,
  args: readonly string[] = [],
): Promise<{ readonly url: string } & AsyncDisposable> {
  const child = fork(new URL(file, import.meta.url), args);
  const ended = once(child, 'exit');
  const [told] = await Promise.race([once(child, 'message'), ended]);
  if (typeof told?.url !== 'string') throw new Error(`${file} ended with ${told}`);
  return {
    url: told.url,
    async [Symbol.asyncDispose]() {
      child.kill();
      await ended;
    },
  };
}

/** @param seed the world, as a world file has it */
export async function openCloud(seed: object): Promise<Cloud> {
  const { url, ...started } = await startCloud('./cloud-process.ts');
  const client = localClient(url);
  await client.seed(JSON.stringify(seed));
  const local = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await fetch(`${url}/_local/${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  let seen = 0;
  return {
    ...client,
    async calls() {
      const { requests, counts } = await local<Requests>('GET', 'requests');
      const total = Object.values(counts).reduce((a, b) => a + b, 0);
      const fresh = total - seen;
      if (fresh > requests.length) throw new Error('the local cloud keeps no more requests');
      seen = total;
      const calls = new Map<string, number>();
      for (const { api, apiMethod } of fresh > 0 ? requests.slice(-fresh) : []) {
        const name = `${api} ${apiMethod}`;
        calls.set(name, (calls.get(name) ?? 0) + 1);
      }
      return calls;
    },
    faults: (faults) => local('PUT', 'faults', faults),
    ...started,
  };
}
