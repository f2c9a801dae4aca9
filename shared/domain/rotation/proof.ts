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
import type { Chain, CredentialSpec } from '../chain/chain.ts';
import { claimsFor } from '../chain/claims.ts';
import type { Credential } from '../chain/credential.ts';
import { SKEW_SECONDS } from './schedule.ts';

/** The kinds of a chain that hold for one kind of credential. */
type ChainOf<K extends CredentialSpec['kind']> = Chain & {
  readonly credential: { readonly kind: K };
};

/** What a proof brings to light: the unique ID of the account that the credential is of. */
export type Proven = { readonly targetId?: string };

/** What Google says of an access token. */
export type TokenInfo = {
  readonly azp: string;
  readonly scopes: readonly string[];
  readonly expiresAt: Date;
};

/** The check that failed, and never what stood in the credential. */
const disproved = (what: string): Result<never, Failure> =>
  err({ reason: 'disproved', detail: `the credential is not what was asked for: ${what}` });

/** Google writes the short scopes long. */
const SCOPE_ALIASES: Readonly<Record<string, string>> = {
  email: 'https://www.googleapis.com/auth/userinfo.email',
  profile: 'https://www.googleapis.com/auth/userinfo.profile',
};
const scopeSet = (scopes: readonly string[]): string =>
  canonicalJson([...new Set(scopes.map((scope) => SCOPE_ALIASES[scope] ?? scope))].sort());

/**
 * @param targetId the unique ID as pinned in the chain file, or as first seen; none at the first time
 * @param info Google's introspection of the very token
 */
export function proveAccessToken(
  chain: ChainOf<'access-token'>,
  credential: Credential,
  targetId: string | undefined,
  info: TokenInfo,
): Result<Proven, Failure> {
  if (targetId !== undefined && info.azp !== targetId) return disproved('azp is another account');
  if (scopeSet(info.scopes) !== scopeSet(chain.credential.scopes)) {
    return disproved('its scopes are others');
  }
  const apart = Math.abs(info.expiresAt.getTime() - credential.expiresAt.getTime()) / 1000;
  if (apart > SKEW_SECONDS) return disproved('its expiry is another');
  return ok({ targetId: info.azp });
}

/** The key that a credential says it was signed with: Google tells it, or the header of an ID token does. */
export function keyIdOf({ keyId, token }: Credential): Result<string, Failure> {
  if (keyId !== undefined) return ok(keyId);
  try {
    const { kid } = decodeProtectedHeader(token.reveal());
    if (kid !== undefined) return ok(kid);
  } catch {} // not a JWT at all
  return disproved('it does not name the key that signed it');
}

/** RS256 under one of `keys`, not expired at `now` give or take a minute. */
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
    return undefined; // jose's messages quote claims
  }
}

/** @param keys those that Google signs ID tokens with */
export async function proveIdToken(
  chain: ChainOf<'id-token'>,
  credential: Credential,
  targetId: string | undefined,
  keys: JSONWebKeySet,
  now: Date,
): Promise<Result<Proven, Failure>> {
  const token = await verified(credential.token.reveal(), keys, now);
  if (!token) return disproved('Google has not signed it, or it is over');
  const { iss, aud, sub, email, email_verified } = token;
  if (iss !== 'https://accounts.google.com') return disproved('iss is not Google');
  if (aud !== chain.credential.audience) return disproved('aud is another');
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

/** @param keys those that Google publishes for the target */
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
      return disproved('its claims are not those that were sent');
    }
  } catch {
    return disproved("none of the target's published keys has signed it");
  }
  if (credential.expiresAt <= now) return disproved('it is over');
  return ok(pinOf(chain));
}

/** @param keys those that Google publishes for the target */
export async function proveSignedBlob(
  chain: ChainOf<'signed-blob'>,
  credential: Credential,
  keys: JSONWebKeySet,
): Promise<Result<Proven, Failure>> {
  const key = keys.keys.find(({ kid }) => kid === credential.keyId);
  if (!key) return disproved("keyId is none of the target's published keys");
  const verifies = await crypto.subtle.verify(
    'RSASSA-PKCS1-v1_5',
    (await importJWK(key, 'RS256')) as CryptoKey,
    Buffer.from(credential.token.reveal(), 'base64'),
    Buffer.from(chain.credential.payload, 'base64'),
  );
  return verifies ? ok(pinOf(chain)) : disproved('the signature is not over these bytes');
}

const pinOf = ({ target }: Chain): Proven =>
  target.uniqueId === undefined ? {} : { targetId: target.uniqueId };
