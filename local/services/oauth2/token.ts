import { verify } from 'node:crypto';
import { z } from 'zod';
import { findAccount } from '../../core/accounts.ts';
import type { ApiMethod } from '../../core/api-method.ts';
import { HttpResponse } from '../../core/http-response.ts';
import { principalOf } from '../../core/principal.ts';
import { issueToken } from '../../identity/access-tokens.ts';
import { idTokenFor } from '../../identity/id-token.ts';
import type { ServiceAccount } from '../../state/service-account.ts';
import type { State } from '../../state/state.ts';

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const LIFETIME_SECONDS = 3600;
const SKEW_SECONDS = 300;

const Header = z.looseObject({ alg: z.literal('RS256'), kid: z.string() });
const Claims = z.looseObject({
  iss: z.string(),
  aud: z.string(),
  iat: z.number(),
  exp: z.number(),
  scope: z.string().optional(),
  target_audience: z.string().optional(),
});

/**
 * Exchanges a JWT, signed with a key of an account, for an access token or an ID token of the account.
 *
 * @see https://developers.google.com/identity/protocols/oauth2/service-account#httprest
 */
export const token: ApiMethod = {
  api: 'oauth2',
  name: 'token',
  httpMethod: 'POST',
  path: '/token',
  anonymous: true,
  audit: { none: 'it is no method of a Google Cloud service' },
  async run(state, { rawBody, headers }) {
    const form = new URLSearchParams(rawBody.toString());
    if (form.get('grant_type') !== JWT_BEARER) {
      return refusal('unsupported_grant_type', `Invalid grant_type: ${form.get('grant_type')}`);
    }
    const parsed = parseAssertion(form.get('assertion') ?? '');
    if (parsed === undefined) return refusal('invalid_grant', 'Invalid JWT');
    const { claims } = parsed;
    const account = findAccount(state, claims.iss);
    if (account === undefined || account.disabled) {
      return refusal('invalid_grant', 'Invalid grant: account not found');
    }
    if (!isSignedBy(state, account, parsed)) {
      return refusal('invalid_grant', 'Invalid JWT Signature.');
    }
    const endpoints = [`http://${headers.host}/token`, 'https://oauth2.googleapis.com/token'];
    if (!endpoints.includes(claims.aud)) return refusal('invalid_grant', 'Invalid JWT: audience');
    const now = state.now().getTime() / 1000;
    const isInTime =
      claims.iat <= now + SKEW_SECONDS &&
      claims.exp > now - SKEW_SECONDS &&
      claims.exp - claims.iat <= LIFETIME_SECONDS;
    if (!isInTime) {
      const description =
        'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.';
      return refusal('invalid_grant', description);
    }
    if (claims.target_audience !== undefined) {
      const audience = claims.target_audience;
      const options = { audience, includeEmail: true, clock: 'local' } as const;
      return { id_token: await idTokenFor(state, account, options) };
    }
    const scopes = (claims.scope ?? '').split(' ').filter(Boolean);
    if (scopes.length === 0) return refusal('invalid_scope', 'Empty or missing scope not allowed.');
    const issued = issueToken(state, principalOf(account), scopes, LIFETIME_SECONDS, 'local');
    return {
      access_token: issued.accessToken,
      expires_in: LIFETIME_SECONDS - 1,
      token_type: 'Bearer',
    };
  },
};

type Assertion = {
  readonly kid: string;
  readonly claims: z.output<typeof Claims>;
  readonly signed: string;
  readonly signature: Buffer;
};

function parseAssertion(assertion: string): Assertion | undefined {
  const [header = '', payload = '', signature = ''] = assertion.split('.');
  try {
    const json = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());
    const { kid } = Header.parse(json(header));
    const claims = Claims.parse(json(payload));
    const signed = `${header}.${payload}`;
    return { kid, claims, signed, signature: Buffer.from(signature, 'base64url') };
  } catch {
    return undefined;
  }
}

function isSignedBy(
  state: State,
  { keys = [] }: ServiceAccount,
  { kid, signed, signature }: Assertion,
): boolean {
  const key = keys.find(({ id }) => id === kid);
  if (!key?.publicKey || key.disabled) return false;
  const end = key.validBeforeTime;
  if (end !== undefined && new Date(end) <= state.now()) return false;
  return verify('RSA-SHA256', Buffer.from(signed), key.publicKey, signature);
}

const refusal = (error: string, description: string): HttpResponse =>
  new HttpResponse(
    400,
    { 'content-type': 'application/json; charset=utf-8' },
    JSON.stringify({ error, error_description: description }),
  );
