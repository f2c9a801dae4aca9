import pLimit from 'p-limit';
import type { Credentials } from '../../../shared/cloud/credentials.ts';

import { type Waits, withBackoff } from '../../../shared/domain/basics/backoff.ts';
import type { Failure } from '../../../shared/domain/basics/failure.ts';
import type { Chain } from '../../../shared/domain/chain/chain.ts';
import type { ServiceAccount } from '../../../shared/domain/iam/snapshot.ts';
import type { Progress } from '../../terminal/progress.ts';

const AT_ONCE = 8;

export type Settled = {
  readonly minted: readonly Chain[];
  /** Refused to the end, as long as it was tried. */
  readonly spreading: readonly { readonly chain: Chain; readonly failure: Failure }[];
  /** Refused for good: waiting does not help. */
  readonly failed: readonly { readonly chain: Chain; readonly failure: Failure }[];
};

/**
 * Mints each chain, and stores nothing, until IAM lets it or the time is over: a grant takes minutes to spread.
 *
 * The operator stands before the caller as one more delegate, so that no token of the caller's is ever here.
 *
 * @param caller none where the identity at hand is the caller itself
 */
export async function settle(
  chains: readonly Chain[],
  caller: ServiceAccount | undefined,
  credentials: Pick<Credentials, 'mint'>,
  options: {
    readonly waitSeconds: number;
    readonly now: () => Date;
    readonly waits: Waits;
    readonly progress: Progress;
    readonly signal: AbortSignal;
  },
): Promise<Settled> {
  const { waitSeconds, now, waits, progress, signal } = options;
  const limit = pLimit(AT_ONCE);
  const minted: Chain[] = [];
  const failed: { chain: Chain; failure: Failure }[] = [];
  let pending = chains;
  const mintPending = async () => {
    const refused: { chain: Chain; failure: Failure }[] = [];
    await limit.map(pending, async (chain) => {
      const before = caller ? [{ email: caller.email }] : [];
      const through = { ...chain, delegates: [...before, ...chain.delegates] };
      const answer = await credentials.mint(through, now, signal);
      if (answer.ok) minted.push(chain);
      else if (answer.error.reason === 'mint-denied' || answer.error.reason === 'cloud-busy')
        refused.push({ chain, failure: answer.error });
      else failed.push({ chain, failure: answer.error });
      progress.update(minted.length, refused.at(-1)?.chain.name ?? chain.name);
    });
    pending = refused.map(({ chain }) => chain);
    return refused;
  };
  const spreading = await withBackoff(
    mintPending,
    (refused) => refused.length === 0,
    { firstWaitMs: 1000, longestWaitMs: 15_000, forMs: waitSeconds * 1000 },
    signal,
    waits,
  );
  return { minted, spreading, failed };
}
