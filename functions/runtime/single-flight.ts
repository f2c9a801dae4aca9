/** Something that is dear to make, and when it was made. */
export type Kept<T> = { readonly value: T; readonly madeAt: Date };

/**
 * Makes a thing when it is asked for, keeps it for a while, and never makes two at a time: who asks meanwhile waits for the one that is
 * being made.
 */
export function keeping<T>(
  make: () => Promise<T>,
  keepSeconds: number,
  now: () => Date,
): {
  last: () => Promise<Kept<T>>;
  renew: () => Promise<Kept<T>>;
  /** When none is being made. */
  idle: () => Promise<void>;
} {
  let kept: Kept<T> | undefined;
  let making: Promise<Kept<T>> | undefined;

  const renew = () => {
    making ??= make()
      .then((value) => {
        kept = { value, madeAt: now() };
        return kept;
      })
      .finally(() => {
        making = undefined;
      });
    return making;
  };
  return {
    renew,
    idle: async () => {
      await making?.catch(() => undefined);
    },
    last: async () => {
      const age = kept ? (now().getTime() - kept.madeAt.getTime()) / 1000 : undefined;
      return kept && age !== undefined && age < keepSeconds ? kept : renew();
    },
  };
}
