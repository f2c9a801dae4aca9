import type { Chain } from '../../../shared/domain/chain/chain.ts';
import { digestOf } from '../../../shared/domain/chain/definition.ts';
import type { Ledger } from '../../../shared/domain/rotation/ledger/ledger.ts';

export const caller = { email: 'minter@acme-ops.iam.gserviceaccount.com' };

const TARGET_ID = '100000000000000000003';

export const chain: Chain = {
  name: 'billing-export',
  delegates: [],
  target: { email: 'reader@acme-data.iam.gserviceaccount.com' },
  credential: { kind: 'access-token', scopes: ['s'], lifetimeSeconds: 3600 },
  secret: 'projects/acme-ops/secrets/billing-export',
  format: 'raw',
  rotateEverySeconds: 1800,
  retryWindowSeconds: 600,
  minValiditySeconds: 300,
};

export const at = (time: string) => new Date(`2026-11-22T${time}Z`);

/** Minted at noon for an hour. The grid makes the chain due within half an hour. */
export const ledger: Ledger = {
  chain: chain.name,
  kind: 'access-token',
  digest: digestOf(chain, caller),
  targetId: TARGET_ID,
  mintedAt: at('12:00:00'),
  expiresAt: at('13:00:00'),
  current: 7,
  previous: 6,
  first: 1,
  leftover: 0,
  unproven: false,
};
