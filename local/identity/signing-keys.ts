import { generateKeyPair, type KeyObject, randomBytes, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { findAccount } from '../core/accounts.ts';
import { ApiError } from '../core/api-error.ts';
import type { SigningKey } from '../state/credentials.ts';
import type { State } from '../state/state.ts';
import { certificateOf } from './certificate.ts';

const generateKeyPairAsync = promisify(generateKeyPair);
const signAsync = promisify<string, Buffer, KeyObject, Buffer>(sign);

/**
 * The signing key of `owner`. The first call generates it.
 *
 * @param owner a service account's unique ID; `google` for the key of ID tokens
 */
export function signingKeyOf(state: State, owner: string): Promise<SigningKey> {
  const existing = state.signingKeys.get(owner);
  if (existing !== undefined) return existing;
  const key = newSigningKey();
  state.signingKeys.set(owner, key);
  return key;
}

/** RSA-SHA256, PKCS#1 v1.5. */
export const signBytes = (key: SigningKey, bytes: Buffer): Promise<Buffer> =>
  signAsync('RSA-SHA256', bytes, key.privateKey);

/**
 * A JWT, signed with RS256.
 *
 * @param claims a JSON object as text, signed byte for byte
 */
export async function signJwt(key: SigningKey, claims: string): Promise<string> {
  const header = JSON.stringify({ alg: 'RS256', kid: key.keyId, typ: 'JWT' });
  const input = [header, claims].map((part) => Buffer.from(part).toString('base64url')).join('.');
  return `${input}.${(await signBytes(key, Buffer.from(input))).toString('base64url')}`;
}

/** The public key in one of the three formats that Google publishes. */
export async function publicKeysIn(
  format: string,
  key: SigningKey,
  subject: string,
  now: Date,
): Promise<object> {
  const jwk = key.publicKey.export({ format: 'jwk' });
  switch (format) {
    case 'jwk':
      return { keys: [{ ...jwk, kid: key.keyId, alg: 'RS256', use: 'sig' }] };
    case 'x509':
      return { [key.keyId]: await certificateOf(key, subject, now) };
    case 'raw':
      return {
        keyvalues: [{ keyid: key.keyId, algorithm: 'RSA', modulus: jwk.n, exponent: jwk.e }],
      };
    default:
      throw new ApiError('NOT_FOUND', `Keys are published as jwk, x509 and raw, not as ${format}.`);
  }
}

/** The key of a disabled account is found too: others must still be able to verify its signatures. */
export function signingKeyOfAccount(state: State, emailOrUniqueId: string): Promise<SigningKey> {
  const account = findAccount(state, emailOrUniqueId);
  if (account === undefined) throw new ApiError('NOT_FOUND', `Not found: ${emailOrUniqueId}.`);
  return signingKeyOf(state, account.uniqueId);
}

async function newSigningKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPairAsync('rsa', { modulusLength: 2048 });
  return { keyId: randomBytes(20).toString('hex'), privateKey, publicKey };
}
