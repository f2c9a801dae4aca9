import { decodeJwt, jwtVerify } from 'jose';
import type { State } from '../state/state.ts';
import { signingKeyOf } from './signing-keys.ts';

/**
 * The header and claims of a valid ID token, as tokeninfo shows them: every value is a string.
 *
 * @returns undefined when the local cloud did not sign the token, or it has expired
 */
export async function idTokenInfo(state: State, token: string): Promise<object | undefined> {
  const key = await signingKeyOf(state, 'google');
  try {
    await jwtVerify(token, key.publicKey, {
      algorithms: ['RS256'],
      issuer: 'https://accounts.google.com',
      currentDate: state.now(),
    });
  } catch {
    return undefined;
  }
  const claims = Object.entries(decodeJwt(token)).map(([name, value]) => [name, String(value)]);
  return { ...Object.fromEntries(claims), alg: 'RS256', kid: key.keyId, typ: 'JWT' };
}
