import type { Chain } from '../../chain/chain.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type HealingMemory, NOTHING_HEALED } from './healing.ts';
import type { Attempts, DueReason } from './schedule.ts';

/** What fanout remembers between ticks and checks. It is in memory only: after a restart each due chain gets one extra attempt. */
export type Memory = {
  /** By chain, also those that a check has made. */
  readonly attempts: ReadonlyMap<string, Attempts>;
  /** Chains of a forced tick that are still waiting for quota, and when that tick was sent. */
  readonly forced: ReadonlyMap<string, Date>;
  /** When the request that led to each chain's ledger was published, on our own clock. The clock of `mint` may differ. */
  readonly requestedAt: ReadonlyMap<string, Date>;
  /** Each ledger as the last tick has read it. */
  readonly seen: ReadonlyMap<string, string>;
  readonly healing: HealingMemory;
};

export const EMPTY_MEMORY: Memory = {
  attempts: new Map(),
  forced: new Map(),
  requestedAt: new Map(),
  seen: new Map(),
  healing: NOTHING_HEALED,
};

/** A chain, its digest and its ledger. */
export type ListedChain = {
  readonly chain: Chain;
  readonly digest: string;
  /** Undefined if there is none, or if it cannot be true. */
  readonly ledger: Ledger | undefined;
  /** The version that the annotations name as current, also if the ledger cannot be true; 0 for none. */
  readonly current: number;
};

/** A chain with the attempts that earlier ticks made for the same request. */
export type AttemptedChain = ListedChain & { readonly attempts: Attempts | undefined };

/** A rotation ends within so many milliseconds of its request: its deadline, the acknowledgement deadline and a second delivery. */
export const ROTATION_MS = 300_000;

/** Identifies a request for a rotation by its definition and the version to replace. */
export const requestOf = ({ digest, current }: ListedChain): string => `${digest} ${current}`;

/** Adds publications to the attempts. */
function withAttempts(
  attempts: Map<string, Attempts>,
  published: readonly (AttemptedChain & { readonly startAt: Date })[],
): Map<string, Attempts> {
  for (const { attempts: known, startAt, ...listedChain } of published) {
    attempts.set(listedChain.chain.name, {
      request: requestOf(listedChain),
      replaces: listedChain.current,
      lastAt: startAt,
      firstAt: known?.firstAt ?? startAt,
      count: (known?.count ?? 0) + 1,
    });
  }
  return attempts;
}

/** Remembers what a check has published. So the next tick does not request it again at once, and counts its quota. */
export function withHealed(
  attempts: Memory['attempts'],
  healed: readonly ListedChain[],
  now: Date,
): Memory['attempts'] {
  const published = healed.map((listed) => {
    const known = attempts.get(listed.chain.name);
    const isSame = known?.request === requestOf(listed);
    return { ...listed, attempts: isSame ? known : undefined, startAt: now };
  });
  return withAttempts(new Map(attempts), published);
}

/** Drops the attempts of chains that are no longer due for the same request, and counts the new publications. */
export function attemptsAfter(
  memory: Memory,
  running: readonly ListedChain[],
  published: readonly (AttemptedChain & { readonly startAt: Date })[],
  dueReason: (listed: ListedChain) => DueReason | undefined,
  now: Date,
): Map<string, Attempts> {
  const after = new Map(memory.attempts);
  for (const listedChain of running) {
    const { name } = listedChain.chain;
    const known = after.get(name);
    if (!known) continue;
    // A check requests chains that are not due.
    const isRunning = now.getTime() - known.lastAt.getTime() < ROTATION_MS;
    const isOpen = dueReason(listedChain) || isRunning;
    if (!isOpen || known.request !== requestOf(listedChain)) after.delete(name);
  }
  return withAttempts(after, published);
}

/** A chain whose ledger has moved on from the version to replace was rotated for our last request. */
export function requestedAtAfter(
  { attempts, requestedAt }: Memory,
  listed: readonly ListedChain[],
): Map<string, Date> {
  const after = new Map(requestedAt);
  for (const { chain, ledger, current } of listed) {
    const attempt = attempts.get(chain.name);
    if (attempt && ledger && current !== attempt.replaces) {
      after.set(chain.name, attempt.lastAt);
    }
  }
  return after;
}

/**
 * The ledger, minted no earlier than its request. If the clock of `mint` is behind ours, a new credential would seem older than the instant
 * that made the chain due.
 */
export const onOurClock = (
  ledger: Ledger | undefined,
  requestedAt: Date | undefined,
): Ledger | undefined =>
  ledger && requestedAt && requestedAt > ledger.mintedAt
    ? { ...ledger, mintedAt: requestedAt }
    : ledger;
