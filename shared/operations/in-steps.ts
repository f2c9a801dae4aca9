import type { Steps } from '../domain/basics/steps.ts';

/** Other work waits this long at most, and as long as one step takes. */
const WAIT_AT_MOST_MS = 20;

/** Runs the steps of a computation, and lets other work run in between. */
export async function inSteps<T>(steps: Steps<T>): Promise<T> {
  let since = processorMs();
  for (;;) {
    const step = steps.next();
    // Before the caller goes on with the result, too: its next step may be a long one.
    const isPause = step.done || processorMs() - since >= WAIT_AT_MOST_MS;
    if (isPause) await new Promise((resolve) => setImmediate(resolve));
    if (step.done) return step.value;
    if (isPause) since = processorMs();
  }
}

/** The processor time of this process. It does not count the time in which another process runs. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
