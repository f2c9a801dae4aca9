import { SKEW_SECONDS } from '../../basics/skew.ts';
import type { Chain, ChainFile } from '../../chain/chain.ts';
import type { Evidence, EvidenceOf } from './evidence.ts';

/** The account that the target of a chain is now. */
export type TargetNow = {
  readonly email: string;
  readonly uniqueId: string;
  /** When the account was read. */
  readonly readAt: Date;
  /** The IDs of the keys that Google publishes for it; absent if they were not read. */
  readonly published?: { readonly ids: readonly string[]; readonly readAt: Date };
};

/**
 * Compares what was observed of a credential with the account that its target is now. A target without a pin may have been deleted and
 * created again under the same email: then the credential belongs to an account that is gone.
 *
 * An access token and an ID token name their account. A signature names its key, and Google publishes the keys of the new account only.
 */
export function withTarget(
  evidence: Evidence,
  { target }: Pick<Chain, 'target'>,
  now: TargetNow | undefined,
): Evidence {
  const { holder, unusable } = evidence;
  if (!holder || !now) return evidence;
  const { targetId, keyId, mintedAt } = holder;
  const isAfterMint = (at: Date, bySeconds: number) =>
    at.getTime() - mintedAt.getTime() > bySeconds * 1000;
  // An account that was read before the mint says nothing about the credential. If two clocks differ, one rotation is requested in vain.
  if (targetId !== undefined && targetId !== now.uniqueId && isAfterMint(now.readAt, 5)) {
    const recreated = `its credential belongs to account ${targetId}, and its target is account ${now.uniqueId} now`;
    return { ...evidence, unusable: [...unusable, recreated], recreated };
  }
  const { published } = now;
  if (keyId === undefined || !published || !isAfterMint(published.readAt, SKEW_SECONDS))
    return evidence;
  if (published.ids.includes(keyId)) return evidence;
  const gone = `it was signed with key ${keyId}, which Google does not publish for ${now.email}`;
  if (target.uniqueId !== undefined) return { ...evidence, unusable: [...unusable, gone] };
  const recreated = `${gone}: its target was created again, and is account ${now.uniqueId} now`;
  return { ...evidence, unusable: [...unusable, recreated], recreated };
}

/** The evidence about chains, compared with their targets. */
export function withTargets(
  evidenceOf: EvidenceOf,
  { chains }: Pick<ChainFile, 'chains'>,
  targetOf: (chain: Chain) => TargetNow | undefined,
): EvidenceOf {
  const byName = new Map(chains.map((chain) => [chain.name, chain]));
  return (name) => {
    const evidence = evidenceOf(name);
    const chain = byName.get(name);
    if (!chain || evidence === undefined || evidence === 'unread') return evidence;
    return withTarget(evidence, chain, targetOf(chain));
  };
}
