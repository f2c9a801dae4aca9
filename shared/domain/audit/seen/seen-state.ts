import { z } from 'zod';
import { canonicalJson, sha256 } from '../../basics/canonical.ts';
import type { Kind } from '../../chain/chain.ts';

const Instant = z.iso.datetime();

/** A mint that is no rotation, with all later ones that are equal. */
export type SeenMint = Readonly<z.output<typeof SeenMint>>;
const SeenMint = z.object({
  by: z.array(z.string()).min(1).readonly(),
  delegates: z.array(z.string()).readonly(),
  target: z.object({ email: z.string(), uniqueId: z.string() }).readonly(),
  kind: z.custom<Kind>((kind) => typeof kind === 'string'),
  firstAt: Instant,
  lastAt: Instant,
});

/** A mint of the caller that waits for the version that it is stored in. */
export type PendingMint = Readonly<z.output<typeof PendingMint>>;
const PendingMint = z.object({
  id: z.string(),
  at: Instant,
  /** The chains that it may be a rotation of. */
  chains: z.array(z.string()).min(1).readonly(),
});

/** Mints of the caller that no version followed. */
export type UncommittedMint = Readonly<z.output<typeof UncommittedMint>>;
const UncommittedMint = z.object({
  chains: z.array(z.string()).min(1).readonly(),
  firstAt: Instant,
  lastAt: Instant,
});

/** What the audit has seen in the log of mints. */
export type Seen = Readonly<z.output<typeof Seen>>;
const Seen = z.object({
  version: z.literal(1),
  /** When the newest entry was written that arrived, by project of the target. */
  entryAt: z.record(z.string(), Instant).readonly(),
  /** When each hop was used last, or was first known while its mints were logged. */
  hops: z.record(z.string(), Instant).readonly(),
  mints: z.array(SeenMint).readonly(),
  pending: z.array(PendingMint).readonly(),
  uncommitted: z.array(UncommittedMint).readonly(),
  /** The IDs of mints that were decided a short time ago: a late delivery must not decide them again. */
  decided: z.array(z.object({ id: z.string(), at: Instant }).readonly()).readonly(),
});

export const NOTHING_SEEN: Seen = {
  version: 1,
  entryAt: {},
  hops: {},
  mints: [],
  pending: [],
  uncommitted: [],
  decided: [],
};

/** A state holds at most so many entries of each list. The oldest go first. */
export const SEEN_MAX = 500;
const PENDING_MAX = 5000;
const DAY_MS = 86_400_000;
/** A finding about a mint stays open for so long after the last such mint. */
export const SHOWN_FOR_MS = 7 * DAY_MS;
const DECIDED_FOR_MS = DAY_MS;

/** @returns undefined for a text that is no state */
export function parseSeen(text: string): Seen | undefined {
  try {
    return Seen.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export const keyOfMint = ({ by, delegates, target, kind }: SeenMint): string =>
  sha256(canonicalJson([by, delegates, target.uniqueId, kind]));

const keyOfUncommitted = ({ chains }: UncommittedMint): string => chains.join(' ');

/**
 * Two states as one: another instance may have written meanwhile. No order of deliveries and writes changes the result.
 *
 * @param now what is older than its time is left out
 */
export function mergedSeen(a: Seen, b: Seen, now: Date): Seen {
  const decided = new Map([...a.decided, ...b.decided].map((one) => [one.id, one]));
  const isRecent = (at: string, ms: number) => now.getTime() - Date.parse(at) < ms;
  return {
    version: 1,
    entryAt: latestOf(a.entryAt, b.entryAt),
    hops: latestOf(a.hops, b.hops),
    mints: newest(
      spansOf([...a.mints, ...b.mints], keyOfMint).filter((one) =>
        isRecent(one.lastAt, SHOWN_FOR_MS),
      ),
      SEEN_MAX,
      ({ lastAt }) => lastAt,
    ),
    pending: newest(
      [...new Map([...a.pending, ...b.pending].map((one) => [one.id, one])).values()].filter(
        ({ id }) => !decided.has(id),
      ),
      PENDING_MAX,
      ({ at }) => at,
    ),
    uncommitted: newest(
      spansOf([...a.uncommitted, ...b.uncommitted], keyOfUncommitted).filter((one) =>
        isRecent(one.lastAt, SHOWN_FOR_MS),
      ),
      SEEN_MAX,
      ({ lastAt }) => lastAt,
    ),
    decided: newest(
      [...decided.values()].filter(({ at }) => isRecent(at, DECIDED_FOR_MS)),
      PENDING_MAX,
      ({ at }) => at,
    ),
  };
}

function latestOf(
  a: Readonly<Record<string, string>>,
  b: Readonly<Record<string, string>>,
): Record<string, string> {
  const all = { ...a };
  for (const [key, at] of Object.entries(b)) {
    const known = all[key];
    if (known === undefined || known < at) all[key] = at;
  }
  return all;
}

/** Equal ones as one, from the first to the last time. */
function spansOf<T extends { readonly firstAt: string; readonly lastAt: string }>(
  all: readonly T[],
  keyOf: (one: T) => string,
): T[] {
  const byKey = new Map<string, T>();
  for (const one of all) {
    const key = keyOf(one);
    const known = byKey.get(key);
    byKey.set(
      key,
      known
        ? {
            ...known,
            firstAt: [known.firstAt, one.firstAt].sort()[0] ?? one.firstAt,
            lastAt: [known.lastAt, one.lastAt].sort()[1] ?? one.lastAt,
          }
        : one,
    );
  }
  return [...byKey.values()];
}

const newest = <T>(all: readonly T[], max: number, at: (one: T) => string): T[] =>
  all.toSorted((a, b) => (at(a) < at(b) ? -1 : 1)).slice(-max);
