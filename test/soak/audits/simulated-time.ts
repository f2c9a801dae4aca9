import { setImmediate as turn } from 'node:timers/promises';
import { Timeline } from '../timeline.ts';

/** When nothing has started to wait for so many turns of the event loop, everything waits. An audit computes for a turn or two between its calls. */
const QUIET_TURNS = 8;

/** Time that passes only when everything waits for it. */
export class SimulatedTime {
  readonly #timeline: Timeline;
  #waits = 0;
  #sends = 0;

  constructor(clock: { now: Date }) {
    this.#timeline = new Timeline(clock);
  }

  get now(): number {
    return this.#timeline.now;
  }

  after(ms: number, run: () => unknown): void {
    this.#waits++;
    this.#timeline.after(Math.round(ms), async () => {
      run();
      await this.#settle();
    });
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  every(ms: number, run: () => unknown): void {
    this.after(ms, () => {
      this.every(ms, run);
      run();
    });
  }

  /** Aborts after this time. */
  deadline(ms: number): AbortSignal {
    const controller = new AbortController();
    this.after(ms, () => controller.abort());
    return controller.signal;
  }

  /** Work of the cloud, which takes no time. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#sends++;
    try {
      return await work();
    } finally {
      this.#sends--;
    }
  }

  runUntil(end: number): Promise<void> {
    return this.#timeline.runUntil(end);
  }

  async #settle(): Promise<void> {
    for (let quiet = 0; quiet < QUIET_TURNS; quiet++) {
      const before = this.#waits;
      await turn();
      if (this.#waits !== before || this.#sends > 0) quiet = 0;
    }
  }
}
