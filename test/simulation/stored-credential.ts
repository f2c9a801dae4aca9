import { verify } from 'node:crypto';
import { decodeJwt } from 'jose';
import type { SecretVersion } from '../../local/state/secret.ts';
import type { State } from '../../local/state/state.ts';
import type { Chain } from '../../shared/domain/chain/chain.ts';
import { TARGET } from '../functions/rotation-world.ts';

/** The payload of a version that a person added. */
export const FOREIGN_PAYLOAD = 'stored by hand';

/** The credential in a version, decoded without the product's code. */
export type StoredCredential = {
  /** Hopmint did not store it. */
  readonly isForeign: boolean;
  /** It belongs to the target, and it is for the chain's scopes, audience or payload. */
  readonly isCorrect: boolean;
  readonly expiresAt: Date;
};

const WRONG = { isForeign: false, isCorrect: false, expiresAt: new Date(0) };

/** @param version not yet destroyed */
export async function storedCredentialIn(
  state: State,
  chain: Chain,
  version: SecretVersion,
): Promise<StoredCredential> {
  const text = Buffer.from(version.data ?? '', 'base64').toString();
  if (text === FOREIGN_PAYLOAD) return { ...WRONG, isForeign: true };
  const token = tokenIn(chain, text);
  const spec = chain.credential;
  const targetId = state.accountsByEmail.get(TARGET)?.uniqueId ?? '';
  switch (spec.kind) {
    case 'access-token': {
      const issued = state.tokens.get(token);
      if (issued === undefined) return WRONG;
      const { email, scopes, expiresAt } = issued;
      const isCorrect = email === TARGET && scopes.join() === spec.scopes.join();
      return { isForeign: false, isCorrect, expiresAt: new Date(expiresAt) };
    }
    case 'id-token': {
      const { sub, aud, exp = 0 } = decodeJwt(token);
      const isCorrect = sub === targetId && aud === spec.audience;
      return { isForeign: false, isCorrect, expiresAt: new Date(exp * 1000) };
    }
    case 'signed-jwt': {
      const { iss, aud, exp = 0 } = decodeJwt(token);
      const isCorrect = (iss === TARGET || iss === targetId) && aud === spec.claims.aud;
      return { isForeign: false, isCorrect, expiresAt: new Date(exp * 1000) };
    }
    case 'signed-blob': {
      const key = await state.signingKeys.get(targetId);
      const signature = Buffer.from(token, 'base64');
      const bytes = Buffer.from(spec.payload, 'base64');
      const isCorrect = key !== undefined && verify('RSA-SHA256', bytes, key.publicKey, signature);
      // A signature does not expire. Google publishes the key for at least twelve hours.
      const expiresAt = new Date(Date.parse(version.createTime) + 12 * 3_600_000);
      return { isForeign: false, isCorrect, expiresAt };
    }
  }
}

/** The credential in a payload of any format. */
function tokenIn({ format, credential }: Chain, text: string): string {
  if (format === 'json') return String(JSON.parse(text).token);
  if (format === 'raw') return text;
  const pattern = credential.kind === 'signed-blob' ? /signature="(.*)"$/ : /Bearer (.*)$/;
  return pattern.exec(text)?.[1] ?? '';
}
