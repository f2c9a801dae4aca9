/**
 * A long computation in steps. It stops after each step, so that the caller can let other work run. A hostile policy can make a computation
 * long, and one long step would stop every request of the process.
 */
export type Steps<T> = Generator<void, T>;

/** Runs all steps at once. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
