import { type Backoff, type Waits, withBackoff } from '../../shared/domain/basics/backoff.ts';
import type { Failure } from '../../shared/domain/basics/failure.ts';
import { err, type Result } from '../../shared/domain/basics/result.ts';

const BACKOFF: Backoff = { firstWaitMs: 100, longestWaitMs: 5000, forMs: 60_000 };

/**
 * Reads, writes the missing part, and starts again when somebody else wrote in between, Google was busy, or an answer was lost. Each attempt
 * reads first, so a change that succeeded without an answer is not made twice.
 *
 * @param attempt one read-modify-write; it writes nothing if nothing is missing
 * @param isWorthAnother is true for other failures that may pass with time
 */
export async function converge<T>(
  attempt: () => Promise<Result<T, Failure>>,
  isWorthAnother: (failure: Failure) => boolean,
  signal: AbortSignal,
  waits: Waits,
): Promise<Result<T, Failure>> {
  const isFinal = (result: Result<T, Failure>) =>
    result.ok ||
    !(
      result.error.reason === 'etag-stale' ||
      result.error.reason === 'cloud-busy' ||
      isWorthAnother(result.error)
    );
  const interrupted = err<Failure>({ reason: 'deadline', detail: 'interrupted' });
  if (signal.aborted) return interrupted;
  const last = await withBackoff(attempt, isFinal, BACKOFF, signal, waits);
  return signal.aborted && !isFinal(last) ? interrupted : last;
}
