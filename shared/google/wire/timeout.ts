/**
 * Runs `act`, and aborts it when `signal` aborts or `ms` have passed.
 *
 * `AbortSignal.timeout` would run for all of `ms`, even if `act` ends earlier. Until then its listeners would stay in memory.
 */
export async function withTimeout<T>(
  ms: number,
  signal: AbortSignal,
  act: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const end = () => controller.abort();
  if (signal.aborted) end();
  signal.addEventListener('abort', end, { once: true });
  const timer = setTimeout(end, ms).unref(); // the connection keeps the process running, not the timer
  try {
    return await act(controller.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }
}
