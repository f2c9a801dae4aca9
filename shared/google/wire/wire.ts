import { setTimeout as sleep } from 'node:timers/promises';
import type { Waits } from '../../domain/basics/backoff.ts';
import { nodeFetchText, type Take, type TextResponse } from './fetch.ts';
import type { Transport } from './transport.ts';

/** What calls to Google need of this machine: network, time and random numbers. */
export type Wire = Waits & {
  readonly fetch: (
    url: string | URL | Request,
    init?: RequestInit,
    take?: Take,
  ) => Promise<TextResponse>;
  /** How Google's generated clients reach their API, and how long they wait by themselves. Default: `REST`. */
  readonly transport?: Transport;
  /** The timeout of one call: short enough that a retry fits into the deadline. */
  readonly callTimeoutMs: number;
  /** The timeout of a list of up to 2,500 secrets, about 2 MB, or 40 MB at the limits of Google. A tick has 45 s. */
  readonly listTimeoutMs: number;
};

export const WIRE: Wire = {
  fetch: nodeFetchText,
  callTimeoutMs: 10_000,
  listTimeoutMs: 30_000,
  elapsedMs: () => performance.now(),
  wait: (ms, signal) => sleep(ms, undefined, { signal }),
  random: Math.random,
};
