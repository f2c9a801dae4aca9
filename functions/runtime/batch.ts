type Waiting<T, R> = {
  readonly item: T;
  readonly resolve: (result: R) => void;
  readonly reject: (reason: unknown) => void;
};

/**
 * Handles many items with few calls of `work`: items that arrive during a call wait, and go into the next call together. A fault that breaks
 * 300 chains at once causes two or three diagnoses, not 300.
 *
 * @param work returns the results in the order of the items
 */
export function batchWhileBusy<T, R>(
  work: (items: readonly T[]) => Promise<readonly R[]>,
): (item: T) => Promise<R> {
  let waiting: Waiting<T, R>[] = [];
  let isWorking = false;

  async function drain(): Promise<void> {
    isWorking = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        const results = await work(batch.map(({ item }) => item));
        for (const [i, { resolve }] of batch.entries()) resolve(results[i] as R);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    isWorking = false;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!isWorking) void drain();
    });
}

/** So many requests wait for a batch. The others leave room for other requests, such as those for `/status`. */
const HELD_AT_MOST = 20;

/**
 * Calls `work` once for all items that arrive before `wait` ends; the first item starts the wait. The promises of the first items settle with that
 * call: a function must not answer earlier, because Cloud Run may freeze a function that has answered. The promises of later items resolve at once:
 * the first items keep the function at work, and come again if it dies.
 *
 * @param holds whether an item waits for the batch, in which so many items are before it. At least the first must wait
 */
export function batchAfter<T>(
  wait: () => Promise<void>,
  work: (items: readonly T[]) => Promise<void>,
  holds: (itemsBefore: number) => boolean = (itemsBefore) => itemsBefore < HELD_AT_MOST,
): (item: T) => Promise<void> {
  let batch: { readonly items: T[]; readonly done: Promise<void> } | undefined;
  return async (item) => {
    if (batch) {
      const isHeld = holds(batch.items.length);
      batch.items.push(item);
      return isHeld ? batch.done : undefined;
    }
    const items = [item];
    const done = wait().then(() => {
      batch = undefined;
      return work(items);
    });
    batch = { items, done };
    return done;
  };
}
