import type { Chain, Kind } from '../../../shared/domain/chain/chain.ts';
import type { Ledger } from '../../../shared/domain/rotation/ledger.ts';
import type { Failed } from './messages.ts';

export type Minted = {
  readonly chain: string;
  readonly kind: Kind;
  readonly secret: string;
  readonly version: number;
  /** RFC 3339 */
  readonly expiresAt: string;
};
/** `permission`: what Google says is missing; on which hop, it does not say. */
export type NotMinted = {
  readonly chain: string;
  readonly reason: string;
  readonly permission?: string;
};

/** What a rotation that is not minted yet has come to. `busy`: another try may do. */
export type Outcome =
  | { readonly is: 'minted'; readonly minted: Minted }
  | { readonly is: 'failed'; readonly failed: NotMinted }
  | { readonly is: 'busy'; readonly failed: NotMinted }
  | { readonly is: 'silent' };

/** What a cloud under load, or a round that was slow, brings about: nobody has refused anything. */
const BUSY: ReadonlySet<string> = new Set([
  'cloud-busy',
  'deadline',
  'mint-stale',
  'etag-stale',
  'unproven',
]);

/**
 * What came of a chain.
 *
 * A refusal fails at its first attempt, though it may be of the kind that a later tick tries again: nothing propagates on one machine.
 *
 * @param before the ledger that stood when the round began
 * @param now the ledger that stands
 * @param said what `hopmint-failed` last said of the chain
 */
export function outcomeOf(
  chain: Chain,
  before: Ledger | undefined,
  now: Ledger | undefined,
  said: Failed | undefined,
): Outcome {
  const isNew = now?.chain === chain.name && now.current !== before?.current;
  if (isNew && !now.unproven) {
    const { kind, current: version, expiresAt } = now;
    const expires = expiresAt.toISOString().replace(/\.\d+Z$/, 'Z');
    const { name, secret } = chain;
    return { is: 'minted', minted: { chain: name, kind, secret, version, expiresAt: expires } };
  }
  const reason = isNew ? 'unproven' : said?.reason;
  if (reason === undefined) return { is: 'silent' };
  const failed = {
    chain: chain.name,
    reason,
    ...(!isNew && said?.permission && { permission: said.permission }),
  };
  return { is: BUSY.has(reason) ? 'busy' : 'failed', failed };
}
