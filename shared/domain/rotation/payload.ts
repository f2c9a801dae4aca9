import { nameOf } from '../chain/account.ts';
import type { Chain } from '../chain/chain.ts';
import { type Credential, Token } from '../chain/credential.ts';

/**
 * What is stored as a version of a chain's secret.
 *
 * `raw` is the token itself, for a signed blob its signature in standard base64. `header` is one HTTP header line, to be given to a client
 * as it stands. `json` says what it is: `{"version":1,"kind","target","token","mintedAt","expiresAt"}`, with `keyId` for what an account's
 * own key signed, and the signed bytes as `payload`, in base64, for a blob. Times are RFC 3339, UTC.
 */
export function payloadOf(chain: Chain, credential: Credential): Token {
  const token = credential.token.reveal();
  const { kind } = chain.credential;
  switch (chain.format) {
    case 'raw':
      return credential.token;
    case 'header':
      return new Token(
        kind === 'signed-blob'
          ? `Signature: keyId="${credential.keyId}",algorithm="rsa-sha256",signature="${token}"`
          : `Authorization: Bearer ${token}`,
      );
    case 'json':
      return new Token(
        JSON.stringify({
          version: 1,
          kind,
          target: nameOf(chain.target),
          token,
          mintedAt: credential.mintedAt.toISOString(),
          expiresAt: credential.expiresAt.toISOString(),
          ...(credential.keyId !== undefined && { keyId: credential.keyId }),
          ...(chain.credential.kind === 'signed-blob' && { payload: chain.credential.payload }),
        }),
      );
  }
}
