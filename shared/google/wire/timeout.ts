/**
 * Runs `act` until `signal` aborts or `ms` are over. `AbortSignal.timeout` would go on until then, and keep what it would have ended, long
 * after the act.
 */
export async function within<T>(
  ms: number,
  signal: AbortSignal,
  act: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const ends = new AbortController();
  const end = () => ends.abort();
  if (signal.aborted) end();
  signal.addEventListener('abort', end, { once: true });
  const timer = setTimeout(end, ms).unref(); // its connection is what a process waits for
  try {
    return await act(ends.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }
}
