import type { Action, Call } from '../../core/action.ts';
import { Reply } from '../../core/action.ts';
import { idTokenInfo } from '../../identity/id-token-info.ts';
import { findToken, millisecondsLeft } from '../../identity/tokens.ts';
import type { IssuedToken, State } from '../../state/state.ts';

const INVALID = new Reply(
  400,
  { 'content-type': 'application/json; charset=UTF-8' },
  JSON.stringify({ error: 'invalid_token', error_description: 'Invalid Value' }),
);
const EMAIL_SCOPES = ['email', 'https://www.googleapis.com/auth/userinfo.email'];

async function run(state: State, { query, raw }: Call): Promise<object> {
  const form = new URLSearchParams(raw.toString());
  const given = (name: string) => form.get(name) ?? query.get(name);
  const idToken = given('id_token');
  if (idToken !== null) return (await idTokenInfo(state, idToken)) ?? INVALID;
  const token = findToken(state, given('access_token') ?? '');
  return typeof token === 'string' ? INVALID : infoOf(state, token);
}

/** Every value is a string. An email is told only to who asked for it when the token was made. */
function infoOf(state: State, token: IssuedToken): object {
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

const method = {
  api: 'oauth2',
  method: 'tokeninfo',
  path: '/tokeninfo',
  anonymous: true,
  run,
} as const;

/** Google calls it meant for debugging. @see https://cloud.google.com/docs/authentication/token-types#at-inspect */
export const tokeninfo: Action = { ...method, verb: 'POST' };
export const tokeninfoByGet: Action = { ...method, verb: 'GET' };
