/** Time and chance, as parameters: a test simulates hours of waiting in a second. */
export type Waits = {
  /** Milliseconds since any instant. */
  readonly elapsedMs: () => number;
  /** @throws {DOMException} when `signal` aborts */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<unknown>;
  /** Returns a number from 0 to 1, as Math.random does. */
  readonly random: () => number;
};

export type Backoff = {
  /** The wait before the second attempt. Each later wait is twice as long, up to `longestWaitMs`. */
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  /** No attempt starts later than this after the first one. */
  readonly forMs?: number;
  /** The largest number of attempts. */
  readonly attempts?: number;
};

/**
 * Calls `attempt` until its result is final, the limit of `backoff` is reached, or `signal` aborts. Each wait varies by half in both
 * directions, so that callers that failed together do not try again together.
 *
 * @returns the result of the last attempt
 */
export async function withBackoff<T>(
  attempt: () => Promise<T>,
  isFinal: (result: T) => boolean,
  { firstWaitMs, longestWaitMs, forMs = Infinity, attempts = Infinity }: Backoff,
  signal: AbortSignal,
  { elapsedMs, wait, random }: Waits,
): Promise<T> {
  const startedAt = elapsedMs();
  let backoffMs = firstWaitMs;
  for (let made = 1; ; made++) {
    const result = await attempt();
    const waitMs = backoffMs * (0.5 + random());
    const isOver = made >= attempts || elapsedMs() - startedAt + waitMs > forMs;
    if (isFinal(result) || isOver || signal.aborted) return result;
    await wait(waitMs, signal).catch(() => undefined);
    if (signal.aborted) return result;
    backoffMs = Math.min(2 * backoffMs, longestWaitMs);
  }
}
