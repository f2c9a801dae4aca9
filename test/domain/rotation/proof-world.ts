import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { exportJWK, type JSONWebKeySet, SignJWT } from 'jose';
import { type Credential, Token } from '../../../shared/domain/chain/credential.ts';

export const now = new Date('2026-11-22T12:00:00Z');
export const later = (seconds: number) => new Date(now.getTime() + seconds * 1000);

export const EMAIL = 'partner@acme-data.iam.gserviceaccount.com';

/** A chain without its credential. */
export const base = {
  name: 'partner-api',
  delegates: [],
  target: { email: EMAIL },
  secret: 'projects/acme-ops/secrets/partner-api',
  format: 'raw',
  rotateEverySeconds: 1800,
  retryWindowSeconds: 600,
  minValiditySeconds: 300,
} as const;

/** The key that the account publishes, and one that it does not. */
export const ours = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** The keys of an account, as Google publishes them. */
export const published = async (key: KeyObject): Promise<JSONWebKeySet> => ({
  keys: [{ ...(await exportJWK(key)), kid: 'k1', alg: 'RS256', use: 'sig' }],
});

export const disproved = { ok: false, error: { reason: 'disproved' } };

/** A JWT with these claims. */
export const signed = (
  claims: Record<string, unknown>,
  key: KeyObject = ours.privateKey,
  alg = 'RS256',
) => new SignJWT(claims).setProtectedHeader({ alg, kid: 'k1' }).sign(key);

export const credential = (token: string, expiresAt = later(3600)): Credential => ({
  token: new Token(token),
  mintedAt: now,
  expiresAt,
  keyId: 'k1',
});
