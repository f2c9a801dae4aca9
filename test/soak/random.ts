/** Chance that a seed decides. */
export type Chance = {
  /** As Math.random. */
  (): number;
  /** From `low` to `high`, evenly. */
  between(low: number, high: number): number;
  isOne(in_: number): boolean;
  oneOf<T>(items: readonly T[]): T;
};

/** @see https://github.com/bryc/code/blob/master/jshash/PRNGs.md#mulberry32 */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return Object.assign(next, {
    between: (low: number, high: number) => low + next() * (high - low),
    isOne: (in_: number) => next() < 1 / in_,
    oneOf<T>(items: readonly T[]): T {
      return items[Math.floor(next() * items.length)] as T;
    },
  });
}
