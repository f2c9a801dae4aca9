import { generateKeyPair, type KeyObject, randomBytes, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { findAccount } from '../authorization/hierarchy.ts';
import { Status } from '../core/status.ts';
import type { SigningKey, State } from '../state/state.ts';
import { certificateOf } from './certificate.ts';

const generate = promisify(generateKeyPair);
const signed = promisify<string, Buffer, KeyObject, Buffer>(sign);

/**
 * The key that signs for a holder, made on first use.
 *
 * @param holder a service account's unique ID; `google` for ID tokens
 */
export function keyOf(state: State, holder: string): Promise<SigningKey> {
  const known = state.keys.get(holder);
  if (known !== undefined) return known;
  const key = newKey();
  state.keys.set(holder, key);
  return key;
}

/** RSA-SHA256, PKCS#1 v1.5. */
export const signBytes = (key: SigningKey, bytes: Buffer): Promise<Buffer> =>
  signed('RSA-SHA256', bytes, key.privateKey);

/**
 * A JWT by RS256.
 *
 * @param claims the text of a JSON object
 */
export async function signJwt(key: SigningKey, claims: string): Promise<string> {
  const header = JSON.stringify({ alg: 'RS256', kid: key.keyId, typ: 'JWT' });
  const input = [header, claims].map((part) => Buffer.from(part).toString('base64url')).join('.');
  return `${input}.${(await signBytes(key, Buffer.from(input))).toString('base64url')}`;
}

/** What Google publishes of a key, in one of the three forms. */
export async function publishedKeys(
  key: SigningKey,
  form: string,
  subject: string,
  now: Date,
): Promise<object> {
  const jwk = key.publicKey.export({ format: 'jwk' });
  switch (form) {
    case 'jwk':
      return { keys: [{ ...jwk, kid: key.keyId, alg: 'RS256', use: 'sig' }] };
    case 'x509':
      return { [key.keyId]: await certificateOf(key, subject, now) };
    case 'raw':
      return {
        keyvalues: [{ keyid: key.keyId, algorithm: 'RSA', modulus: jwk.n, exponent: jwk.e }],
      };
    default:
      throw new Status('NOT_FOUND', `Keys are published as jwk, x509 and raw, not as ${form}.`);
  }
}

/** The key of a live account, disabled or not: what it signed can still be checked. */
export function keyOfAccount(state: State, emailOrUniqueId: string): Promise<SigningKey> {
  const account = findAccount(state, emailOrUniqueId);
  if (account === undefined) throw new Status('NOT_FOUND', `Not found: ${emailOrUniqueId}.`);
  return keyOf(state, account.uniqueId);
}

async function newKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generate('rsa', { modulusLength: 2048 });
  return { keyId: randomBytes(20).toString('hex'), privateKey, publicKey };
}
