import type { ApiMethod } from '../../core/api-method.ts';
import type { Call } from '../../core/call.ts';
import { HttpResponse } from '../../core/http-response.ts';
import { findToken, millisecondsLeft } from '../../identity/access-tokens.ts';
import { idTokenInfo } from '../../identity/id-token-info.ts';
import type { IssuedToken } from '../../state/credentials.ts';
import type { State } from '../../state/state.ts';

const INVALID = new HttpResponse(
  400,
  { 'content-type': 'application/json; charset=UTF-8' },
  JSON.stringify({ error: 'invalid_token', error_description: 'Invalid Value' }),
);
const EMAIL_SCOPES = ['email', 'https://www.googleapis.com/auth/userinfo.email'];

const method = {
  api: 'oauth2',
  name: 'tokeninfo',
  path: '/tokeninfo',
  anonymous: true,
  async run(state: State, { query, rawBody }: Call) {
    const form = new URLSearchParams(rawBody.toString());
    const parameter = (name: string) => form.get(name) ?? query.get(name);
    const idToken = parameter('id_token');
    if (idToken !== null) return (await idTokenInfo(state, idToken)) ?? INVALID;
    const token = findToken(state, parameter('access_token') ?? '');
    return typeof token === 'string' ? INVALID : accessTokenInfo(state, token);
  },
} as const;

/** Google documents it for debugging only. @see https://cloud.google.com/docs/authentication/token-types#at-inspect */
export const tokeninfo: ApiMethod = {
  ...method,
  httpMethod: 'POST',
  audit: { none: 'it is no method of a Google Cloud service' },
};
export const tokeninfoByGet: ApiMethod = { ...method, httpMethod: 'GET' };

/** Every value is a string. The email is present only when the token has an email scope. */
function accessTokenInfo(state: State, token: IssuedToken): object {
  const id = token.uniqueId ?? token.email;
  return {
    azp: id,
    aud: id,
    ...(token.uniqueId && token.scopes.includes('openid') && { sub: token.uniqueId }),
    scope: token.scopes.join(' '),
    exp: String(token.expiresAt / 1000),
    expires_in: String(Math.floor(millisecondsLeft(state, token) / 1000)),
    ...(token.scopes.some((scope) => EMAIL_SCOPES.includes(scope)) && {
      email: token.email,
      email_verified: 'true',
    }),
    access_type: 'online',
  };
}
