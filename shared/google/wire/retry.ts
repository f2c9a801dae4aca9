import type { Failure } from '../../domain/basics/failure.ts';
import { err, type Result } from '../../domain/basics/result.ts';
import { WIRE, type Wire } from './wire.ts';

/** How long reads and mints are tried again for, inside one rotation. */
const RETRY_FOR_MS = 30_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8_000;

/** Tries again what 429, 5xx, resets and timeouts spoil, with backoff and jitter, until it is answered, 30 s are over, or `signal` aborts. */
export async function retrying<T>(
  attempt: () => Promise<Result<T, Failure>>,
  signal: AbortSignal,
  { elapsedMs, wait, random }: Pick<Wire, 'elapsedMs' | 'wait' | 'random'> = WIRE,
): Promise<Result<T, Failure>> {
  const startedAt = elapsedMs();
  for (let backoffMs = FIRST_WAIT_MS; ; backoffMs = Math.min(2 * backoffMs, LONGEST_WAIT_MS)) {
    const result = await attempt();
    if (result.ok || result.error.reason !== 'cloud-busy') return result;
    const waitMs = backoffMs * (1 + random());
    const isOver = elapsedMs() - startedAt + waitMs > RETRY_FOR_MS;
    if (isOver && !signal.aborted) return result;
    try {
      await wait(waitMs, signal);
    } catch {
      // An abort outranks what the last attempt said.
      return err({ reason: 'deadline', detail: 'the time of this run is over' });
    }
  }
}
