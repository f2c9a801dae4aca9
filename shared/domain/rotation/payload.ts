import { nameOf } from '../chain/account.ts';
import type { Chain } from '../chain/chain.ts';
import { type Credential, Token } from '../chain/credential.ts';

/**
 * The payload of a new version of a chain's secret, in the chain's format.
 *
 * - `raw`: the token; for a signed blob, the signature in standard base64
 * - `header`: one HTTP header line, ready to send
 * - `json`: `{"version":1,"kind","target","token","mintedAt","expiresAt"}`. A JWT and a blob that the account's key signed have `keyId`. A blob
 *   has the signed bytes as `payload`, in base64. Times are RFC 3339, UTC.
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
