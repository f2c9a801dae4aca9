import type { Waits } from '../../../shared/domain/basics/backoff.ts';
import { idOf } from '../../../shared/domain/chain/account.ts';
import type { ChainFile } from '../../../shared/domain/chain/chain.ts';
import { DELEGATION_PERMISSION } from '../../../shared/domain/chain/hop.ts';
import { resourceOfAccount } from '../../../shared/domain/iam/snapshot.ts';
import type { Io } from '../../terminal/io.ts';
import { progressOf } from '../../terminal/progress.ts';
import type { Made } from '../plan/make.ts';
import { type Settled, settle } from './settle.ts';

/** What came of minting each chain; `untried` says why it was not done. */
export type Tried = Settled & { readonly untried?: string };

const UNTRIED: Settled = { minted: [], spreading: [], failed: [] };

/** Mints each chain as the caller would, where the identity at hand may act for it. */
export async function tryChains(
  file: ChainFile,
  { operator: { cloud, administration }, inventory }: Pick<Made, 'operator' | 'inventory'>,
  {
    waitSeconds,
    waits,
    io,
  }: { readonly waitSeconds: number; readonly waits: Waits; readonly io: Io },
): Promise<Tried> {
  const caller = inventory.accounts.get(idOf(file.caller));
  if (!caller || caller === 'missing') return { ...UNTRIED, untried: 'the caller is not there' };
  const resource = resourceOfAccount(caller);
  const [may, self] = await Promise.all([
    administration.permissionsOn(resource, [DELEGATION_PERMISSION], io.signal),
    cloud.credentials.isSelf({ uniqueId: caller.uniqueId }, io.signal),
  ]);
  const isSelf = self.ok && self.value;
  if (!isSelf && !(may.ok && may.value.has(DELEGATION_PERMISSION))) {
    const untried = `you may not act for ${caller.email}: with roles/iam.serviceAccountTokenCreator on it, apply would mint each chain to see that it works`;
    return { ...UNTRIED, untried };
  }
  const progress = progressOf(io, 'minting, until the grants have spread', file.chains.length);
  const settled = await settle(file.chains, isSelf ? undefined : caller, cloud.credentials, {
    waitSeconds,
    now: io.now,
    waits,
    progress,
    signal: io.signal,
  });
  progress.stop();
  return settled;
}
