import type { Kind } from './chain.ts';

/**
 * What a secret's annotations say about its credential, so that freshness is readable without the payload.
 *
 * Versions newer than `current` or between `previous` and `current` are leftovers of a crash or a duplicate.
 */
export type Ledger = {
  readonly chain: string;
  readonly kind: Kind;
  readonly digest: string;
  /** The target's unique ID, as pinned or as first seen; none for what only an account's key signed. */
  readonly targetId?: string;
  readonly mintedAt: Date;
  readonly expiresAt: Date;
  readonly current: number;
  /** 0 when `current` is our first. */
  readonly previous: number;
  /** Every version up to this one is destroyed, or is not ours. */
  readonly destroyedThrough: number;
  /** The prover did not answer, twice: stored all the same. */
  readonly unproven: boolean;
};
