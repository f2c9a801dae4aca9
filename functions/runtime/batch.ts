type Waiting<Q, A> = {
  readonly question: Q;
  readonly resolve: (answer: A) => void;
  readonly reject: (reason: unknown) => void;
};

/**
 * Answers many questions with few calls of `work`: questions that arrive during a call wait, and go into the next call together. A fault that
 * breaks 300 chains at once causes two or three diagnoses, not 300.
 *
 * @param work returns the answers in the order of the questions
 */
export function batchWhileBusy<Q, A>(
  work: (questions: readonly Q[]) => Promise<readonly A[]>,
): (question: Q) => Promise<A> {
  let waiting: Waiting<Q, A>[] = [];
  let isWorking = false;

  async function drain(): Promise<void> {
    isWorking = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        const answers = await work(batch.map(({ question }) => question));
        for (const [i, { resolve }] of batch.entries()) resolve(answers[i] as A);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    isWorking = false;
  }

  return (question) =>
    new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject });
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
