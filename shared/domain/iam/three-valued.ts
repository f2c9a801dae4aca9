/** The result of a check. `unknown`: what was read does not decide it. An `unknown` never makes a hop `ok`, and never clears a member. */
export type Truth = 'yes' | 'no' | 'unknown';

/** `no` if one is `no`; otherwise `unknown` if one is `unknown`; otherwise `yes`. */
export function every(truths: Iterable<Truth>): Truth {
  let all: Truth = 'yes';
  for (const truth of truths) {
    if (truth === 'no') return 'no';
    if (truth === 'unknown') all = 'unknown';
  }
  return all;
}

/** `yes` if one is `yes`; otherwise `unknown` if one is `unknown`; otherwise `no`. */
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
