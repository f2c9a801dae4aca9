import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, leanAnswer } from './fetch.ts';

/** What calls to Google take of this machine: its network, its time, its chance. */
export type Wire = {
  readonly fetch: (url: string | URL | Request, init?: RequestInit) => Promise<Answer>;
  /** One call that takes longer has lost its answer: whoever retries has time for another. */
  readonly callTimeoutMs: number;
  /** As above, of a list of up to 25,000 secrets: some 20 MB. A tick has 45 s. */
  readonly listTimeoutMs: number;
  /** Milliseconds since any instant. */
  readonly elapsedMs: () => number;
  /** @throws {DOMException} when `signal` aborts */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** As Math.random. */
  readonly random: () => number;
};

export const WIRE: Wire = {
  fetch: leanAnswer,
  callTimeoutMs: 10_000,
  listTimeoutMs: 30_000,
  elapsedMs: () => performance.now(),
  wait: (ms, signal) => sleep(ms, undefined, { signal }),
  random: Math.random,
};
