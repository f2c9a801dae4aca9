import type { Failure } from '../../../shared/domain/basics/failure.ts';
import { err, type Result } from '../../../shared/domain/basics/result.ts';
import type { Wire } from '../../../shared/google/wire/wire.ts';

/** What waiting takes of this machine. */
export type Waits = Pick<Wire, 'elapsedMs' | 'wait' | 'random'>;

const FOR_MS = 60_000;
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5000;

/**
 * Reads, writes what is lacking, and begins anew while somebody else was faster, Google was busy, or an answer was lost: with backoff and
 * jitter, for a minute. As each attempt reads first, what a lost answer had done already is not done again.
 *
 * @param attempt one read-modify-write; it writes nothing where nothing is lacking
 * @param isWorthAnother of a failure that time may mend, beside those
 */
export async function converge<T>(
  attempt: () => Promise<Result<T, Failure>>,
  isWorthAnother: (failure: Failure) => boolean,
  signal: AbortSignal,
  { elapsedMs, wait, random }: Waits,
): Promise<Result<T, Failure>> {
  const startedAt = elapsedMs();
  for (let backoffMs = FIRST_WAIT_MS; ; backoffMs = Math.min(2 * backoffMs, LONGEST_WAIT_MS)) {
    if (signal.aborted) return err({ reason: 'deadline', detail: 'interrupted' });
    const result = await attempt();
    if (result.ok) return result;
    const { reason } = result.error;
    const isPassing = reason === 'etag-stale' || reason === 'cloud-busy';
    if (!isPassing && !isWorthAnother(result.error)) return result;
    const waitMs = backoffMs * (0.5 + random());
    if (elapsedMs() - startedAt + waitMs > FOR_MS) return result;
    await wait(waitMs, signal).catch(() => undefined); // an abort is told above
  }
}
