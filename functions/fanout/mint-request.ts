import type { Chain } from '../../shared/domain/chain/chain.ts';
import { definitionOf } from '../../shared/domain/chain/definition.ts';
import type { Intent } from '../../shared/domain/chain/intent.ts';
import { recentHeals } from '../../shared/domain/rotation/ledger/recent-heals.ts';
import type { MintRequestMessage } from '../../shared/domain/rotation/messages.ts';
import { REQUEST_LIFE_SECONDS } from '../../shared/domain/rotation/tick/schedule.ts';

/** A rotation to request. `current`: the version that it replaces, 0 for none. */
export type Requested = {
  readonly chain: Chain;
  readonly digest: string;
  readonly current: number;
  readonly startAt: Date;
  /** When the forced tick was sent; undefined for a rotation that is not forced. */
  readonly forcedAt?: Date | undefined;
  /** When the chain was healed within the last hour. */
  readonly healedAt?: readonly Date[];
};

export const mintRequestOf = (
  { chain, digest, current, forcedAt, healedAt, startAt }: Requested,
  { file }: Intent,
  correlationId: string,
): MintRequestMessage => ({
  chain: chain.name,
  definition: definitionOf(chain, file.caller),
  digest,
  replaces: current,
  notAfter: new Date(startAt.getTime() + REQUEST_LIFE_SECONDS * 1000).toISOString(),
  ...(forcedAt && { forcedAt: forcedAt.toISOString() }),
  ...(healedAt && { healedAt: recentHeals(healedAt, startAt).map((at) => at.toISOString()) }),
  correlationId,
});
