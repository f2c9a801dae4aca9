/** A cached value and its creation time. */
export type Cached<T> = { readonly value: T; readonly madeAt: Date };

/**
 * Creates a value on request and caches it. It creates one value at a time: callers that ask in the meantime wait for the same value.
 *
 * @param cacheSeconds how long `last` returns the cached value
 */
export function singleFlight<T>(
  create: () => Promise<T>,
  cacheSeconds: number,
  now: () => Date,
): {
  last: () => Promise<Cached<T>>;
  renew: () => Promise<Cached<T>>;
  /** Drops the cached value. */
  forget: () => void;
  /** Whether a value is being created. */
  isBusy: () => boolean;
  /** Resolves when the value that is being created exists. Another one may be in creation then. */
  idle: () => Promise<void>;
} {
  let cached: Cached<T> | undefined;
  let running: Promise<Cached<T>> | undefined;

  const renew = () => {
    running ??= create()
      .then((value) => {
        cached = { value, madeAt: now() };
        return cached;
      })
      .finally(() => {
        running = undefined;
      });
    return running;
  };
  return {
    renew,
    forget: () => {
      cached = undefined;
    },
    isBusy: () => running !== undefined,
    idle: async () => {
      await running?.catch(() => undefined);
    },
    last: async () => {
      const age = cached ? (now().getTime() - cached.madeAt.getTime()) / 1000 : undefined;
      return cached && age !== undefined && age < cacheSeconds ? cached : renew();
    },
  };
}
