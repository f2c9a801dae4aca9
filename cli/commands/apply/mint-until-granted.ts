import pLimit from 'p-limit';
import type { Credentials } from '../../../shared/cloud/credentials.ts';

import { type Waits, withBackoff } from '../../../shared/domain/basics/backoff.ts';
import type { Failure } from '../../../shared/domain/basics/failure.ts';
import type { Chain } from '../../../shared/domain/chain/chain.ts';
import type { ServiceAccount } from '../../../shared/domain/iam/snapshot.ts';
import type { Progress } from '../../terminal/progress.ts';

const AT_ONCE = 8;

export type MintResults = {
  readonly minted: readonly Chain[];
  /** Google still refused when the waiting time was over. */
  readonly spreading: readonly { readonly chain: Chain; readonly failure: Failure }[];
  /** Refused permanently: waiting does not help. */
  readonly failed: readonly { readonly chain: Chain; readonly failure: Failure }[];
};

/**
 * Mints each chain, and stores nothing, until IAM allows it or the time is over: a grant takes minutes to take effect.
 *
 * The operator calls with the caller as the first delegate. So the operator never has a token of the caller.
 *
 * @param caller none if the operator is the caller
 */
export async function mintUntilGranted(
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
): Promise<MintResults> {
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
