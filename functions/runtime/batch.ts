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

/**
 * Calls `work` once for all items that arrive before `wait` ends; the first item starts the wait. Each promise settles with that call: a
 * function must not answer earlier, because Cloud Run may freeze a function that has answered.
 */
export function batchAfter<T>(
  wait: () => Promise<void>,
  work: (items: readonly T[]) => Promise<void>,
): (item: T) => Promise<void> {
  let batch: { readonly items: T[]; readonly done: Promise<void> } | undefined;
  return (item) => {
    if (batch) {
      batch.items.push(item);
      return batch.done;
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
