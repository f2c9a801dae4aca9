import type { Waits } from '../../../shared/domain/basics/backoff.ts';
import { idOf } from '../../../shared/domain/chain/account.ts';
import type { ChainFile } from '../../../shared/domain/chain/chain.ts';
import { DELEGATION_PERMISSION } from '../../../shared/domain/chain/hop.ts';
import { resourceOfAccount } from '../../../shared/domain/iam/snapshot.ts';
import type { Io } from '../../terminal/io.ts';
import { progressOf } from '../../terminal/progress.ts';
import type { OpenedPlan } from '../plan/make-plan.ts';
import { type MintResults, mintUntilGranted } from './mint-until-granted.ts';

/** The results of minting each chain. `untried` says why no chain was minted. */
export type Trial = MintResults & { readonly untried?: string };

const NOT_TRIED: MintResults = { minted: [], spreading: [], failed: [] };

/** Mints each chain as the caller does, if the operator may impersonate the caller. */
export async function tryChains(
  file: ChainFile,
  { operator: { cloud, administration }, inventory }: Pick<OpenedPlan, 'operator' | 'inventory'>,
  {
    waitSeconds,
    waits,
    io,
  }: { readonly waitSeconds: number; readonly waits: Waits; readonly io: Io },
): Promise<Trial> {
  const caller = inventory.accounts.get(idOf(file.caller));
  if (!caller || caller === 'missing')
    return { ...NOT_TRIED, untried: 'the caller does not exist' };
  const resource = resourceOfAccount(caller);
  const [may, self] = await Promise.all([
    administration.permissionsOn(resource, [DELEGATION_PERMISSION], io.signal),
    cloud.credentials.isSelf({ uniqueId: caller.uniqueId }, io.signal),
  ]);
  const isSelf = self.ok && self.value;
  if (!isSelf && !(may.ok && may.value.has(DELEGATION_PERMISSION))) {
    const untried = `you may not impersonate ${caller.email}. With roles/iam.serviceAccountTokenCreator on it, apply mints each chain to check that it works`;
    return { ...NOT_TRIED, untried };
  }
  const progress = progressOf(io, 'minting until the grants take effect', file.chains.length);
  const settled = await mintUntilGranted(
    file.chains,
    isSelf ? undefined : caller,
    cloud.credentials,
    {
      waitSeconds,
      now: io.now,
      waits,
      progress,
      signal: io.signal,
    },
  );
  progress.stop();
  return settled;
}
