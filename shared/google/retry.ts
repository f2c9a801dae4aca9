import pRetry from 'p-retry';
import type { Failure } from '../domain/failure.ts';
import { err, type Result } from '../domain/result.ts';

/** How long reads and mints are tried again for, inside one rotation. */
const RETRY_FOR_MS = 30_000;

class Busy extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.reason);
    this.failure = failure;
  }
}

/** Tries again what 429, 5xx, resets and timeouts spoil, with backoff and jitter, until it is answered, 30 s are over, or `signal` aborts. */
export async function retrying<T>(
  attempt: () => Promise<Result<T, Failure>>,
  signal: AbortSignal,
): Promise<Result<T, Failure>> {
  try {
    return await pRetry(
      async () => {
        const result = await attempt();
        if (!result.ok && result.error.reason === 'cloud-busy') throw new Busy(result.error);
        return result;
      },
      {
        retries: 8,
        minTimeout: 200,
        maxTimeout: 8_000,
        randomize: true,
        maxRetryTime: RETRY_FOR_MS,
        signal,
      },
    );
  } catch (error) {
    if (error instanceof Busy) return err(error.failure);
    // An abort outranks what the last attempt said.
    if (signal.aborted) return err({ reason: 'deadline', detail: 'the time of this run is over' });
    throw error;
  }
}
