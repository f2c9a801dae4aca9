/** The position of each chain in its file, by name. One index serves all values of the chains, and the next file if its names are equal. */
export type Positions = ReadonlyMap<string, number>;

/** A value of each chain, by the name of the chain. */
export type Named<T> = {
  readonly get: (name: string) => T | undefined;
  readonly has: (name: string) => boolean;
};

/** @param values in the order of the positions */
export const named = <T>(positions: Positions, values: readonly T[]): Named<T> => ({
  get(name) {
    const at = positions.get(name);
    return at === undefined ? undefined : values[at];
  },
  has: (name) => positions.has(name),
});

/** @param before is given again if the names are equal: two indices of 100,000 names take 8 MB */
export function positionsOf(
  values: readonly { readonly name: string }[],
  before?: Positions,
): Positions {
  const isEqual =
    before?.size === values.length && values.every(({ name }, i) => before.get(name) === i);
  return isEqual ? before : new Map(values.map(({ name }, i) => [name, i]));
}
