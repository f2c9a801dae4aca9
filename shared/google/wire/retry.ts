import { type Backoff, type Waits, withBackoff } from '../../domain/basics/backoff.ts';
import type { Failure } from '../../domain/basics/failure.ts';
import { err, type Result } from '../../domain/basics/result.ts';
import { WIRE } from './wire.ts';

/** For reads and mints, inside one rotation. */
const BACKOFF: Backoff = { firstWaitMs: 750, longestWaitMs: 12_000, forMs: 30_000 };

/**
 * Tries again after 429, 5xx, a reset or a timeout.
 *
 * @returns the last result, or `deadline` if `signal` aborted before a final one
 */
export async function retrying<T>(
  attempt: () => Promise<Result<T, Failure>>,
  signal: AbortSignal,
  waits: Waits = WIRE,
): Promise<Result<T, Failure>> {
  const isFinal = (result: Result<T, Failure>) => result.ok || result.error.reason !== 'cloud-busy';
  const last = await withBackoff(attempt, isFinal, BACKOFF, signal, waits);
  return signal.aborted && !isFinal(last)
    ? err({ reason: 'deadline', detail: 'the time of this run is over' })
    : last;
}
