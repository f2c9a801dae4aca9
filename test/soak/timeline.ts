import { PriorityQueue } from '../../local/state/priority-queue.ts';

type Event = { readonly at: number; readonly run: () => unknown };

/** Future events in order. The clock jumps from one event to the next. Times are milliseconds since 1970. */
export class Timeline {
  readonly #events = new PriorityQueue<Event>(({ at }) => at);
  readonly #clock: { now: Date };

  constructor(clock: { now: Date }) {
    this.#clock = clock;
  }

  get now(): number {
    return this.#clock.now.getTime();
  }

  /** @param run must settle when everything that it has started waits for another event */
  after(ms: number, run: () => unknown): void {
    this.#events.push({ at: this.now + ms, run });
  }

  async runUntil(end: number): Promise<void> {
    for (let event = this.#events.peek(); event && event.at <= end; event = this.#events.peek()) {
      this.#events.pop();
      this.#clock.now = new Date(event.at);
      await event.run();
    }
  }
}
