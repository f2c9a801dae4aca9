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
import { publishedKeysOf } from './public-keys.ts';
import { failureOf, type Refusals } from './wire/failures.ts';
import type { Hosts, Http } from './wire/http.ts';
import { isSelfOf, type WhoAmI } from './wire/identity.ts';
import { retrying } from './wire/retry.ts';
import { WIRE, type Wire } from './wire/wire.ts';

const REFUSALS: Refusals = {
  what: 'mint',
  denied: 'mint-denied',
  missing: 'mint-denied', // an account that is not there, or not yet
  refused: 'mint-refused',
};

const AccessToken = z.object({ accessToken: z.string().min(1), expireTime: z.iso.datetime() });
const IdToken = z.object({ token: z.string().min(1) });
const SignedJwt = z.object({ keyId: z.string().min(1), signedJwt: z.string().min(1) });
const SignedBlob = z.object({ keyId: z.string().min(1), signedBlob: z.string().min(1) });

/** The method of IAM Credentials for a chain, what it is sent, and what is read from its answer. */
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

/** @throws {Error} without an `exp`, which every answer of Google's has. */
function expiryOf(jwt: string): Date {
  const { exp } = decodeJwt(jwt);
  if (exp === undefined) throw new Error('a token without exp');
  return new Date(exp * 1000);
}

/**
 * Mints the credential of a chain by way of its delegates, in one call.
 *
 * Google answers 403 for a denial at any hop and does not say which: that is the audit's work.
 *
 * @returns `mint-denied` on 403 and 404, `mint-refused` on any other 4xx, or if a 200 is not the documented one
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
  const { method, body, read } = callFor(chain, now);
  const answer = await http({
    method: 'POST',
    url: `${hosts.iamcredentials}/v1/${resourceOf(chain.target)}:${method}`,
    body: { delegates: chain.delegates.map(resourceOf), ...body },
    signal,
  });
  if (answer.status !== 200) return err(failureOf(answer, REFUSALS));
  try {
    return ok({ ...read(answer.body), mintedAt: now });
  } catch {
    return err({ reason: 'mint-refused', detail: `${method} answered what is not documented` });
  }
}

const TokenInfoBody = z.object({
  azp: z.string(),
  scope: z.string(),
  exp: z.coerce.number().int(),
});

/**
 * What Google says of an access token. The token goes in the body: an address ends in logs.
 *
 * @returns `disproved` when Google does not know the token, `cloud-busy` when it does not answer
 */
const introspect =
  (http: Http, hosts: Hosts): Credentials['introspect'] =>
  async (token, signal) => {
    const answer = await http({
      method: 'POST',
      url: `${hosts.oauth2}/tokeninfo`,
      form: { access_token: token.reveal() },
      anonymous: true,
      signal,
    });
    if (answer.status !== 200) {
      return err(
        failureOf(answer, {
          what: 'introspection',
          denied: 'cloud-busy', // throttled: the endpoint is meant for debugging
          missing: 'cloud-busy',
          refused: 'disproved',
        }),
      );
    }
    const info = TokenInfoBody.safeParse(answer.body);
    if (!info.success) return err({ reason: 'cloud-busy', detail: 'introspection: no answer' });
    const { azp, scope, exp } = info.data;
    return ok({ azp, scopes: scope.split(' '), expiresAt: new Date(exp * 1000) });
  };

/** IAM Credentials over `http`, and what proves what it gives. */
export function credentialsOf(
  http: Http,
  hosts: Hosts,
  self: WhoAmI,
  wire: Wire = WIRE,
): Credentials {
  const introspection = introspect(http, hosts);
  return {
    isSelf: isSelfOf(self, introspection),
    mint: (chain, now, signal) =>
      retrying(() => mint(http, hosts, chain, now(), signal), signal, wire),
    introspect: introspection,
    ...publishedKeysOf(http, hosts),
  };
}
