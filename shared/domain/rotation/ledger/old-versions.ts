import type { Ledger } from './ledger.ts';
import type { Version } from './version.ts';

/** The most versions that one rotation destroys, to keep it short. A later rotation destroys the rest. */
const DESTROY_AT_MOST = 5;

/** A version is destroyed only if it has been superseded for this long, or for `rotateEvery` if that is shorter. */
const SUPERSEDED_SECONDS = 600;

/**
 * An older version is never destroyed: a ledger that somebody has forged could call a person's version ours. Our own versions are gone
 * much earlier, unless the chain was paused.
 */
const OLDEST_DAYS = 30;

/** The state of a secret directly after a rotation has added a version. */
export type AfterAdding = {
  /** The ledger before; undefined if there was none, or if it is not believed. */
  readonly before: Ledger | undefined;
  /** The versions that are enabled or disabled, without the added one. */
  readonly versions: readonly Version[];
  readonly added: number;
  readonly aliases: Readonly<Record<string, number>>;
  readonly rotateEverySeconds: number;
  readonly now: Date;
};

/** The version numbers of a new ledger, and the versions to destroy after its commit. */
export type VersionPlan = {
  readonly current: number;
  /** The newest version before that is enabled and was committed; 0 if there is none. */
  readonly previous: number;
  /** Our first version. Older versions are not ours. */
  readonly first: number;
  /** Oldest first. */
  readonly destroy: readonly number[];
  /** How many more must be destroyed later. 0 if the number did not shrink since the last rotation: then something keeps them. */
  readonly leftover: number;
};

/**
 * Plans the versions of a rotation. A version is destroyed only if it is ours, and after two newer ones were committed. A version with an alias
 * that is not ours is kept.
 */
export function planVersions({
  before,
  versions,
  added,
  aliases,
  rotateEverySeconds,
  now,
}: AfterAdding): VersionPlan {
  const enabled = versions.filter(({ state }) => state === 'ENABLED');
  const previous = Math.max(
    0,
    ...enabled
      .map(({ number }) => number)
      .filter((number) => number === before?.current || number === before?.previous),
  );
  const first = before?.first ?? added;
  const kept = new Set(
    Object.entries(aliases).flatMap(([alias, number]) =>
      alias === 'current' || alias === 'previous' ? [] : [number],
    ),
  );
  const graceMs = Math.min(rotateEverySeconds, SUPERSEDED_SECONDS) * 1000;
  const oldestMs = now.getTime() - OLDEST_DAYS * 86_400_000;
  const old = versions
    .filter(({ number }) => first <= number && number !== previous && !kept.has(number))
    .filter(({ createdAt }) => createdAt.getTime() > oldestMs)
    .toSorted((a, b) => a.number - b.number);
  // Readers of `current` had a version until another one was committed, and not until somebody added one.
  const committed = versions.filter(
    ({ number }) => number === before?.current || number === before?.previous,
  );
  const destroyable = old.filter(({ number }) => {
    if (number > previous) return false;
    const successors = committed.filter((version) => version.number > number);
    const supersededAt = Math.min(...successors.map(({ createdAt }) => createdAt.getTime()));
    return now.getTime() - supersededAt >= graceMs;
  });
  const destroy = destroyable.slice(0, DESTROY_AT_MOST).map(({ number }) => number);
  const left = old.length - destroy.length;
  const isStuck = before !== undefined && before.leftover > 0 && left >= before.leftover;
  return { current: added, previous, first, destroy, leftover: isStuck ? 0 : left };
}
