import type { Chain, Kind } from '../../../../shared/domain/chain/chain.ts';
import type { Ledger } from '../../../../shared/domain/rotation/ledger/ledger.ts';
import type { Failed } from '../messages.ts';

export type Minted = {
  readonly chain: string;
  readonly kind: Kind;
  readonly secret: string;
  readonly version: number;
  /** RFC 3339 */
  readonly expiresAt: string;
};
/** `permission`: the missing permission. Google does not say on which hop. */
export type NotMinted = {
  readonly chain: string;
  readonly reason: string;
  readonly permission?: string;
};

/** The result of a rotation without a credential. `busy`: another attempt may succeed. */
export type Outcome =
  | { readonly is: 'minted'; readonly minted: Minted }
  | { readonly is: 'failed'; readonly failed: NotMinted }
  | { readonly is: 'busy'; readonly failed: NotMinted }
  | { readonly is: 'silent' };

/** Reasons of a busy cloud or a slow round. They are not refusals. */
const BUSY: ReadonlySet<string> = new Set([
  'cloud-busy',
  'deadline',
  'mint-stale',
  'etag-stale',
  'unproven',
]);

/**
 * The result for a chain.
 *
 * A refusal is final at the first attempt, although a later tick would retry it in a deployment: on one machine, grants do not need time to spread.
 *
 * @param before the ledger at the start of the round
 * @param now the current ledger
 * @param said the last message of `hopmint-failed` about the chain
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
