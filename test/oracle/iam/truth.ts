/** `undefined`: Google documents no answer, or an auditor cannot know it. */
export type Truth = boolean | undefined;

export const not = (a: Truth): Truth => (a === undefined ? undefined : !a);

/** True if one is true, false if all are false, otherwise undefined. */
export function anyOf<T>(items: Iterable<T>, judge: (item: T) => Truth): Truth {
  let found: Truth = false;
  for (const item of items) {
    const truth = judge(item);
    if (truth) return true;
    if (truth === undefined) found = undefined;
  }
  return found;
}

/** False if one is false, true if all are true, otherwise undefined. Later judges run only if they matter. */
export function allOf(...judges: readonly (() => Truth)[]): Truth {
  return not(anyOf(judges, (judge) => not(judge())));
}
