import { decodeJwt, jwtVerify } from 'jose';
import type { State } from '../state/state.ts';
import { keyOf } from './keys.ts';

/** The claims of an ID token of ours, every value a string; none when it is not one, or has expired. */
export async function idTokenInfo(state: State, token: string): Promise<object | undefined> {
  const key = await keyOf(state, 'google');
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
