import type { Chain } from '../../chain/chain.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Attempts, DueReason } from './schedule.ts';

/** What fanout remembers between ticks. It is in memory only: after a restart each due chain gets one extra attempt. */
export type Memory = {
  readonly attempts: ReadonlyMap<string, Attempts>;
  /** Chains of a forced tick that are still waiting for quota, and when that tick was sent. */
  readonly forced: ReadonlyMap<string, Date>;
  /** When the request that led to each chain's ledger was published, on our own clock. The clock of `mint` may differ. */
  readonly requestedAt: ReadonlyMap<string, Date>;
  /** Each ledger as the last tick has read it. */
  readonly seen: ReadonlyMap<string, string>;
};

export const EMPTY_MEMORY: Memory = {
  attempts: new Map(),
  forced: new Map(),
  requestedAt: new Map(),
  seen: new Map(),
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

/** Identifies a request for a rotation by its definition and the version to replace. */
export const requestOf = ({ digest, current }: ListedChain): string => `${digest} ${current}`;

/** Drops the attempts of chains that are no longer due for the same request, and counts the new publications. */
export function attemptsAfter(
  memory: Memory,
  running: readonly ListedChain[],
  published: readonly (AttemptedChain & { readonly startAt: Date })[],
  dueReason: (listed: ListedChain) => DueReason | undefined,
): Map<string, Attempts> {
  const after = new Map(memory.attempts);
  for (const listedChain of running) {
    const { name } = listedChain.chain;
    if (!after.has(name)) continue;
    if (!dueReason(listedChain) || after.get(name)?.request !== requestOf(listedChain)) {
      after.delete(name);
    }
  }
  for (const { attempts, startAt, ...listedChain } of published) {
    after.set(listedChain.chain.name, {
      request: requestOf(listedChain),
      replaces: listedChain.current,
      lastAt: startAt,
      firstAt: attempts?.firstAt ?? startAt,
      count: (attempts?.count ?? 0) + 1,
    });
  }
  return after;
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
