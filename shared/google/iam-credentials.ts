import { decodeJwt } from 'jose/jwt/decode';
import { z } from 'zod';
import type { Credentials } from '../cloud/credentials.ts';
import type { Failure } from '../domain/basics/failure.ts';
import { err, ok, type Result } from '../domain/basics/result.ts';
import { resourceOf } from '../domain/chain/account.ts';
import {
  type Chain,
  lifetimeSecondsOf,
  SIGNED_BLOB_LIFETIME_SECONDS,
} from '../domain/chain/chain.ts';
import { claimsFor } from '../domain/chain/claims.ts';
import { type Credential, Token } from '../domain/chain/credential.ts';
import { refusalsOf } from '../domain/chain/signing/refusals.ts';
import { publishedKeysOf } from './public-keys.ts';
import { introspectOf } from './token-info.ts';
import { failureOf, type Refusals } from './wire/failures.ts';
import type { Hosts, Http } from './wire/http.ts';
import { type CurrentIdentity, isSelfOf } from './wire/identity.ts';
import { retrying } from './wire/retry.ts';
import { WIRE, type Wire } from './wire/wire.ts';

const REFUSALS: Refusals = {
  operation: 'mint',
  denied: 'mint-denied',
  missing: 'mint-denied', // the account does not exist, or was created a moment ago
  refused: 'mint-refused',
};

const AccessToken = z.object({ accessToken: z.string().min(1), expireTime: z.iso.datetime() });

const IdToken = z.object({ token: z.string().min(1) });

const SignedJwt = z.object({ keyId: z.string().min(1), signedJwt: z.string().min(1) });

const SignedBlob = z.object({ keyId: z.string().min(1), signedBlob: z.string().min(1) });

/** The method of IAM Credentials for a chain, its request body, and how to read its response. */
function callFor(
  chain: Chain,
  now: Date,
): { method: string; body: object; read: (body: unknown) => Omit<Credential, 'mintedAt'> } {
  const { credential } = chain;
  switch (credential.kind) {
    case 'access-token':
      return {
        method: 'generateAccessToken',
        body: { scope: credential.scopes, lifetime: `${lifetimeSecondsOf(credential)}s` }, // singular on the wire
        read: (body) => {
          const { accessToken, expireTime } = AccessToken.parse(body);
          return { token: new Token(accessToken), expiresAt: new Date(expireTime) };
        },
      };
    case 'id-token':
      return {
        method: 'generateIdToken',
        body: { audience: credential.audience, includeEmail: credential.includeEmail },
        read: (body) => {
          const { token } = IdToken.parse(body);
          return { token: new Token(token), expiresAt: expiryOf(token) };
        },
      };
    case 'signed-jwt':
      return {
        method: 'signJwt',
        body: { payload: JSON.stringify(claimsFor({ ...chain, credential }, now)) },
        read: (body) => {
          const { keyId, signedJwt } = SignedJwt.parse(body);
          return { token: new Token(signedJwt), expiresAt: expiryOf(signedJwt), keyId };
        },
      };
    case 'signed-blob':
      return {
        method: 'signBlob',
        body: { payload: credential.payload },
        read: (body) => {
          const { keyId, signedBlob } = SignedBlob.parse(body);
          const expiresAt = new Date(now.getTime() + SIGNED_BLOB_LIFETIME_SECONDS * 1000);
          return { token: new Token(signedBlob), expiresAt, keyId };
        },
      };
  }
}

/** @throws {Error} if there is no `exp`. Google always sends one. */
function expiryOf(jwt: string): Date {
  const { exp } = decodeJwt(jwt);
  if (exp === undefined) throw new Error('the token has no exp');
  return new Date(exp * 1000);
}

/**
 * Mints the credential of a chain through its delegates, in one call.
 *
 * Google answers 403 if any hop is denied, and does not say which hop. The audit finds it.
 *
 * It signs nothing that the chain file could not ask for: the published file may have been edited.
 *
 * @returns `signing-refused` without a call, `mint-denied` on 403 and 404, `mint-refused` on any other 4xx or on a 200 that does not match Google's documentation
 * @see https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken
 * @see https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateIdToken
 * @see https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/signJwt
 * @see https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/signBlob
 */
async function mint(
  http: Http,
  hosts: Hosts,
  chain: Chain,
  now: Date,
  signal: AbortSignal,
): Promise<Result<Credential, Failure>> {
  const [refused] = refusalsOf(chain.credential);
  if (refused) {
    const { what, why } = refused.form;
    return err({ reason: 'signing-refused', detail: `this would sign ${what}, and ${why}` });
  }
  const { method, body, read } = callFor(chain, now);
  const response = await http({
    method: 'POST',
    url: `${hosts.iamcredentials}/v1/${resourceOf(chain.target)}:${method}`,
    body: { delegates: chain.delegates.map(resourceOf), ...body },
    signal,
  });
  if (response.status !== 200) return err(failureOf(response, REFUSALS));
  try {
    return ok({ ...read(response.body), mintedAt: now });
  } catch {
    return err({
      reason: 'mint-refused',
      detail: `${method}: the response does not match Google's documentation`,
    });
  }
}

/** Mints with IAM Credentials, and reads what a proof of a credential needs from the APIs that publish it. */
export function credentialsOf(
  http: Http,
  hosts: Hosts,
  self: CurrentIdentity,
  wire: Wire = WIRE,
): Credentials {
  const introspect = introspectOf(http, hosts);
  return {
    isSelf: isSelfOf(self, introspect),
    mint: (chain, now, signal) =>
      retrying(() => mint(http, hosts, chain, now(), signal), signal, wire),
    introspect,
    ...publishedKeysOf(http, hosts),
  };
}
