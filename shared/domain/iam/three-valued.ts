/** What can be said from what was read. `unknown` is never taken for the answer that would suit us. */
export type Truth = 'yes' | 'no' | 'unknown';

/** `no` as soon as one is; else unknown as soon as one is. */
export function every(truths: Iterable<Truth>): Truth {
  let all: Truth = 'yes';
  for (const truth of truths) {
    if (truth === 'no') return 'no';
    if (truth === 'unknown') all = 'unknown';
  }
  return all;
}

/** `yes` as soon as one is; else unknown as soon as one is. */
export function some(truths: Iterable<Truth>): Truth {
  let any: Truth = 'no';
  for (const truth of truths) {
    if (truth === 'yes') return 'yes';
    if (truth === 'unknown') any = 'unknown';
  }
  return any;
}

export const not = (truth: Truth): Truth =>
  truth === 'unknown' ? 'unknown' : truth === 'yes' ? 'no' : 'yes';

export const truthOf = (value: boolean): Truth => (value ? 'yes' : 'no');
