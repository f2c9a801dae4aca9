/**
 * Does one piece of work for all that comes within a while of the first of them. Whoever came waits for it: a function that has answered may
 * be stopped.
 *
 * @param wait until it is time
 */
export function gatheringFor<Q>(
  wait: () => Promise<void>,
  work: (all: readonly Q[]) => Promise<void>,
): (one: Q) => Promise<void> {
  let waiting: { readonly all: Q[]; readonly done: Promise<void> } | undefined;
  return (one) => {
    if (waiting) {
      waiting.all.push(one);
      return waiting.done;
    }
    const all = [one];
    const done = wait().then(() => {
      waiting = undefined;
      return work(all);
    });
    waiting = { all, done };
    return done;
  };
}
