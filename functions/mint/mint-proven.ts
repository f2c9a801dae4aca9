import type { Failure } from '../../shared/domain/basics/failure.ts';
import { ok, type Result } from '../../shared/domain/basics/result.ts';
import type { Chain } from '../../shared/domain/chain/chain.ts';
import type { Credential } from '../../shared/domain/chain/credential.ts';
import { prove } from '../../shared/operations/prove.ts';
import type { MintContext } from './context.ts';

/** A credential and what its proof has found. */
export type ProvenCredential = {
  readonly credential: Credential;
  /** The target's unique ID: the pinned one, or the one that a proof has found. */
  readonly targetId: string | undefined;
  readonly unproven: boolean;
  /** The account of the target is another one than before. */
  readonly recreated: boolean;
};

/**
 * Mints a credential and proves it.
 *
 * Without a pinned unique ID, the target may have been deleted and created again under the same email. The credential of another account
 * looks the same. So a second credential must belong to the same account.
 *
 * @param knownId the target's unique ID at the last rotation
 */
export async function mintProven(
  chain: Chain,
  knownId: string | undefined,
  context: Pick<MintContext, 'cloud' | 'now' | 'signal'>,
): Promise<Result<ProvenCredential, Failure>> {
  const first = await mintOnce(chain, chain.target.uniqueId, context);
  if (!first.ok) return first;
  const { provenId, unproven } = first.value;
  // Only an access token or an ID token proves an ID. Otherwise a forged one would stay in the ledger.
  const unprovenId = unproven ? knownId : undefined;
  if (provenId === undefined || knownId === undefined || provenId === knownId) {
    return ok(toProven(first.value, chain.target.uniqueId ?? provenId ?? unprovenId, false));
  }
  const second = await mintOnce(chain, provenId, context);
  return second.ok ? ok(toProven(second.value, provenId, true)) : second;
}

type Minted = {
  readonly credential: Credential;
  readonly unproven: boolean;
  readonly provenId: string | undefined;
};

const toProven = (
  { credential, unproven }: Minted,
  targetId: string | undefined,
  recreated: boolean,
): ProvenCredential => ({ credential, unproven, targetId, recreated });

async function mintOnce(
  chain: Chain,
  expectedId: string | undefined,
  { cloud, now, signal }: Pick<MintContext, 'cloud' | 'now' | 'signal'>,
): Promise<Result<Minted, Failure>> {
  const credential = await cloud.credentials.mint(chain, now, signal);
  if (!credential.ok) return credential;
  const proven = await prove(chain, credential.value, expectedId, cloud.credentials, now, signal);
  if (!proven.ok) return proven;
  const unproven = proven.value === 'unproven';
  const provenId = proven.value === 'unproven' ? undefined : proven.value.targetId;
  return ok({ credential: credential.value, unproven, provenId });
}
