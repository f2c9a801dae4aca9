import type { JSONWebKeySet } from 'jose';
import type { Credentials } from '../cloud/credentials.ts';
import type { Failure } from '../domain/basics/failure.ts';
import { ok, type Result } from '../domain/basics/result.ts';
import type { Chain } from '../domain/chain/chain.ts';
import type { Credential } from '../domain/chain/credential.ts';
import {
  keyIdOf,
  type Proven,
  proveAccessToken,
  proveIdToken,
  proveSignedBlob,
  proveSignedJwt,
} from '../domain/rotation/proof.ts';

/** Tries a second time if there is no answer. Gives `undefined` after two attempts without an answer. */
async function twice<T>(
  ask: () => Promise<Result<T, Failure>>,
): Promise<Result<T, Failure> | undefined> {
  for (const _ of [1, 2]) {
    const result = await ask();
    if (result.ok || result.error.reason === 'disproved') return result;
  }
  return undefined;
}

/**
 * Checks that a credential has the right issuer, account and lifetime.
 *
 * @param targetId the target's unique ID, pinned or found by an earlier proof; undefined before the first proof
 * @returns `unproven` if the prover did not answer twice; `disproved` if the credential is not what the chain asks for
 */
export async function prove(
  chain: Chain,
  credential: Credential,
  targetId: string | undefined,
  credentials: Credentials,
  now: () => Date,
  signal: AbortSignal,
): Promise<Result<Proven | 'unproven', Failure>> {
  const { credential: spec, target } = chain;

  const byKeys = async (
    read: (kid: string) => ReturnType<Credentials['idTokenKeys']>,
    check: (keys: JSONWebKeySet) => Promise<Result<Proven, Failure>>,
  ): Promise<Result<Proven | 'unproven', Failure>> => {
    const kid = keyIdOf(credential);
    if (!kid.ok) return kid;
    const keys = await twice(() => read(kid.value));
    if (!keys) return ok('unproven');
    return keys.ok ? check(keys.value) : keys;
  };
  const keysOfTarget = (kid: string) => credentials.keysOf(target, kid, signal);

  switch (spec.kind) {
    case 'access-token': {
      const info = await twice(() => credentials.introspect(credential.token, signal));
      if (!info) return ok('unproven');
      if (!info.ok) return info;
      return proveAccessToken({ ...chain, credential: spec }, credential, targetId, info.value);
    }
    case 'id-token':
      return byKeys(
        (kid) => credentials.idTokenKeys(kid, signal),
        (keys) => proveIdToken({ ...chain, credential: spec }, credential, targetId, keys, now()),
      );
    case 'signed-jwt':
      return byKeys(keysOfTarget, (keys) =>
        proveSignedJwt({ ...chain, credential: spec }, credential, keys, now()),
      );
    case 'signed-blob':
      return byKeys(keysOfTarget, (keys) =>
        proveSignedBlob({ ...chain, credential: spec }, credential, keys),
      );
  }
}
