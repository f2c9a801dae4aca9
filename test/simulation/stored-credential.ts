import { verify } from 'node:crypto';
import { decodeJwt } from 'jose';
import type { SecretVersion } from '../../local/state/secret.ts';
import type { State } from '../../local/state/state.ts';
import type { Chain } from '../../shared/domain/chain/chain.ts';
import { TARGET, TARGET_ID } from '../functions/rotation-world.ts';

/** What people store who are not Hopmint. */
export const THEIRS = 'stored by hand';

/** What a version holds, found out without any of the product's code. */
export type Held = {
  readonly isTheirs: boolean;
  /** It is what the chain asked for: of the target, and for what it was asked for. */
  readonly isRight: boolean;
  readonly expiresAt: Date;
};

const WRONG = { isTheirs: false, isRight: false, expiresAt: new Date(0) };

/** @param version not yet destroyed */
export async function heldBy(state: State, chain: Chain, version: SecretVersion): Promise<Held> {
  const text = Buffer.from(version.data ?? '', 'base64').toString();
  if (text === THEIRS) return { ...WRONG, isTheirs: true };
  const token = tokenIn(chain, text);
  const spec = chain.credential;
  switch (spec.kind) {
    case 'access-token': {
      const issued = state.tokens.get(token);
      if (issued === undefined) return WRONG;
      const { email, scopes, expiresAt } = issued;
      const isRight = email === TARGET && scopes.join() === spec.scopes.join();
      return { isTheirs: false, isRight, expiresAt: new Date(expiresAt) };
    }
    case 'id-token': {
      const { sub, aud, exp = 0 } = decodeJwt(token);
      const isRight = sub === TARGET_ID && aud === spec.audience;
      return { isTheirs: false, isRight, expiresAt: new Date(exp * 1000) };
    }
    case 'signed-jwt': {
      const { iss, aud, exp = 0 } = decodeJwt(token);
      const isRight = (iss === TARGET || iss === TARGET_ID) && aud === spec.claims.aud;
      return { isTheirs: false, isRight, expiresAt: new Date(exp * 1000) };
    }
    case 'signed-blob': {
      const key = await state.signingKeys.get(TARGET_ID);
      const signature = Buffer.from(token, 'base64');
      const bytes = Buffer.from(spec.payload, 'base64');
      const isRight = key !== undefined && verify('RSA-SHA256', bytes, key.publicKey, signature);
      // It has no end of its own: Google keeps the key for at least twelve hours.
      const expiresAt = new Date(Date.parse(version.createTime) + 12 * 3_600_000);
      return { isTheirs: false, isRight, expiresAt };
    }
  }
}

/** The credential itself, of a payload in any format. */
function tokenIn({ format, credential }: Chain, text: string): string {
  if (format === 'json') return String(JSON.parse(text).token);
  if (format === 'raw') return text;
  const pattern = credential.kind === 'signed-blob' ? /signature="(.*)"$/ : /Bearer (.*)$/;
  return pattern.exec(text)?.[1] ?? '';
}
