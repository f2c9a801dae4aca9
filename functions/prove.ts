import type { Credentials } from '../shared/cloud.ts';
import type { Chain } from '../shared/domain/chain.ts';
import type { Credential } from '../shared/domain/credential.ts';
import type { Failure } from '../shared/domain/failure.ts';
import {
  keyIdOf,
  type Proven,
  proveAccessToken,
  proveIdToken,
  proveSignedBlob,
  proveSignedJwt,
} from '../shared/domain/proof.ts';
import { ok, type Result } from '../shared/domain/result.ts';

/** Asks once more when there is no answer. */
async function twice<T>(
  ask: () => Promise<Result<T, Failure>>,
): Promise<Result<T, Failure> | undefined> {
  for (const _ of [1, 2]) {
    const answer = await ask();
    if (answer.ok || answer.error.reason === 'disproved') return answer;
  }
  return undefined;
}

/**
 * Checks a credential against who should have issued it, for whom, for how long.
 *
 * @param targetId the target's unique ID, as pinned or as first seen; none at the first time
 * @returns `unproven` when the prover did not answer, twice; `disproved` when the credential is not what was asked for
 */
export async function prove(
  chain: Chain,
  credential: Credential,
  targetId: string | undefined,
  credentials: Credentials,
  now: () => Date,
  signal: AbortSignal,
): Promise<Result<Proven | 'unproven', Failure>> {
  const { credential: spec } = chain;
  if (spec.kind === 'access-token') {
    const info = await twice(() => credentials.introspect(credential.token, signal));
    if (!info) return ok('unproven');
    return info.ok
      ? proveAccessToken({ ...chain, credential: spec }, credential, targetId, info.value)
      : info;
  }
  const keyId = keyIdOf(credential);
  if (!keyId.ok) return keyId;
  const keys = await twice(() =>
    spec.kind === 'id-token'
      ? credentials.idTokenKeys(keyId.value, signal)
      : credentials.keysOf(chain.target, keyId.value, signal),
  );
  if (!keys) return ok('unproven');
  if (!keys.ok) return keys;
  switch (spec.kind) {
    case 'id-token':
      return proveIdToken({ ...chain, credential: spec }, credential, targetId, keys.value, now());
    case 'signed-jwt':
      return proveSignedJwt({ ...chain, credential: spec }, credential, keys.value, now());
    case 'signed-blob':
      return proveSignedBlob({ ...chain, credential: spec }, credential, keys.value);
  }
}
