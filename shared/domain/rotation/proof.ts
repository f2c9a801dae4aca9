import {
  type CryptoKey,
  compactVerify,
  createLocalJWKSet,
  decodeProtectedHeader,
  importJWK,
  type JSONWebKeySet,
  type JWTPayload,
  jwtVerify,
} from 'jose';
import { canonicalJson } from '../basics/canonical.ts';
import type { Failure } from '../basics/failure.ts';
import { err, ok, type Result } from '../basics/result.ts';
import { SKEW_SECONDS } from '../basics/skew.ts';
import type { Chain, CredentialSpec } from '../chain/chain.ts';
import { claimsFor } from '../chain/claims.ts';
import type { Credential } from '../chain/credential.ts';

/** A chain whose credential is of one kind. */
type ChainOf<K extends CredentialSpec['kind']> = Chain & {
  readonly credential: { readonly kind: K };
};

/** What a proof finds: the unique ID of the account that the credential belongs to, if the credential names it. */
export type Proven = { readonly targetId?: string };

/** What Google's introspection says about an access token. `azp` is the unique ID of its account. */
export type TokenInfo = {
  readonly azp: string;
  /** Only of a token with the scope for it. */
  readonly email?: string;
  readonly scopes: readonly string[];
  readonly expiresAt: Date;
};

/** Names the check that failed, and never the content of the credential. */
const disproved = (what: string): Result<never, Failure> =>
  err({ reason: 'disproved', detail: `the credential is not what was asked for: ${what}` });

/** Google expands these short scopes. */
const SCOPE_ALIASES: Readonly<Record<string, string>> = {
  email: 'https://www.googleapis.com/auth/userinfo.email',
  profile: 'https://www.googleapis.com/auth/userinfo.profile',
};
const scopeSet = (scopes: readonly string[]): string =>
  canonicalJson([...new Set(scopes.map((scope) => SCOPE_ALIASES[scope] ?? scope))].sort());

/**
 * @param targetId the target's unique ID, pinned in the chain file or found by an earlier proof; undefined before the first proof
 * @param info Google's introspection of this token
 */
export function proveAccessToken(
  chain: ChainOf<'access-token'>,
  credential: Credential,
  targetId: string | undefined,
  info: TokenInfo,
): Result<Proven, Failure> {
  if (targetId !== undefined && info.azp !== targetId) return disproved('azp is another account');
  if (scopeSet(info.scopes) !== scopeSet(chain.credential.scopes)) {
    return disproved('its scopes differ');
  }
  const differenceSeconds =
    Math.abs(info.expiresAt.getTime() - credential.expiresAt.getTime()) / 1000;
  if (differenceSeconds > SKEW_SECONDS) return disproved('its expiry differs');
  return ok({ targetId: info.azp });
}

/** The ID of the key that signed a credential: from Google's answer, or from the header of an ID token. */
export function keyIdOf({ keyId, token }: Credential): Result<string, Failure> {
  if (keyId !== undefined) return ok(keyId);
  try {
    const { kid } = decodeProtectedHeader(token.reveal());
    if (kid !== undefined) return ok(kid);
  } catch {} // not a JWT at all
  return disproved('it does not name the key that signed it');
}

/** The claims of a JWT that one of `keys` signed with RS256 and that has not expired at `now`, with a minute of clock skew. */
async function verified(
  token: string,
  keys: JSONWebKeySet,
  now: Date,
): Promise<JWTPayload | undefined> {
  try {
    const { payload } = await jwtVerify(token, createLocalJWKSet(keys), {
      algorithms: ['RS256'],
      currentDate: now,
      clockTolerance: SKEW_SECONDS,
    });
    return payload;
  } catch {
    return undefined; // jose's messages contain claims
  }
}

/** @param keys the keys that Google signs ID tokens with */
export async function proveIdToken(
  chain: ChainOf<'id-token'>,
  credential: Credential,
  targetId: string | undefined,
  keys: JSONWebKeySet,
  now: Date,
): Promise<Result<Proven, Failure>> {
  const token = await verified(credential.token.reveal(), keys, now);
  if (!token) return disproved('Google did not sign it, or it has expired');
  const { iss, aud, sub, email, email_verified } = token;
  if (iss !== 'https://accounts.google.com') return disproved('iss is not Google');
  if (aud !== chain.credential.audience) return disproved('aud differs');
  if (sub === undefined || (targetId !== undefined && sub !== targetId)) {
    return disproved('sub is another account');
  }
  if (chain.credential.includeEmail) {
    const expected = chain.target.email;
    if (typeof email !== 'string' || email_verified !== true) return disproved('it has no email');
    if (expected !== undefined && email !== expected) return disproved('email is another account');
  }
  return ok({ targetId: sub });
}

/** @param keys the keys that Google publishes for the target */
export async function proveSignedJwt(
  chain: ChainOf<'signed-jwt'>,
  credential: Credential,
  keys: JSONWebKeySet,
  now: Date,
): Promise<Result<Proven, Failure>> {
  const { keyId, token, mintedAt } = credential;
  try {
    const { payload, protectedHeader } = await compactVerify(
      token.reveal(),
      createLocalJWKSet(keys),
      { algorithms: ['RS256'] },
    );
    if (protectedHeader.kid !== keyId) return disproved('kid is not keyId');
    const claims: unknown = JSON.parse(new TextDecoder().decode(payload));
    if (canonicalJson(claims) !== canonicalJson(claimsFor(chain, mintedAt))) {
      return disproved('its claims differ from those sent');
    }
  } catch {
    return disproved("none of the target's published keys signed it");
  }
  if (credential.expiresAt <= now) return disproved('it has expired');
  return ok(pinOf(chain));
}

/** @param keys the keys that Google publishes for the target */
export async function proveSignedBlob(
  chain: ChainOf<'signed-blob'>,
  credential: Credential,
  keys: JSONWebKeySet,
): Promise<Result<Proven, Failure>> {
  const key = keys.keys.find(({ kid }) => kid === credential.keyId);
  if (!key) return disproved("keyId is not among the target's published keys");
  const verifies = await crypto.subtle.verify(
    'RSASSA-PKCS1-v1_5',
    (await importJWK(key, 'RS256')) as CryptoKey,
    Buffer.from(credential.token.reveal(), 'base64'),
    Buffer.from(chain.credential.payload, 'base64'),
  );
  return verifies ? ok(pinOf(chain)) : disproved('the signature does not match the bytes');
}

const pinOf = ({ target }: Chain): Proven =>
  target.uniqueId === undefined ? {} : { targetId: target.uniqueId };
