/** Random choices that a seed determines. */
export type Random = {
  /** Like Math.random. */
  (): number;
  /** A number from `low` to `high`. */
  between(low: number, high: number): number;
  /** True with the probability 1 / `count`. */
  oneIn(count: number): boolean;
  pick<T>(items: readonly T[]): T;
};

/** @see https://github.com/bryc/code/blob/master/jshash/PRNGs.md#mulberry32 */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return Object.assign(next, {
    between: (low: number, high: number) => low + next() * (high - low),
    oneIn: (count: number) => next() < 1 / count,
    pick<T>(items: readonly T[]): T {
      return items[Math.floor(next() * items.length)] as T;
    },
  });
}
