import type { ReadCredential } from '../../../shared/reader/index.ts';

/** A credential, with what people need to know about it. */
export type Shown = ReadCredential & {
  readonly chain: string;
  readonly secret: string;
  readonly ageSeconds: number;
};

const SAYS: Readonly<Record<ReadCredential['expiryFrom'], string>> = {
  payload: 'as the payload says',
  token: 'as the token itself says',
  introspection: 'as Google says',
  ledger: 'as the ledger says',
  assumption: 'assumed, because nothing says it',
};

/** `48m` for 2,900 s. */
const roughly = (seconds: number): string => {
  if (seconds < 120) return `${Math.floor(seconds)}s`;
  return seconds < 7200 ? `${Math.floor(seconds / 60)}m` : `${Math.floor(seconds / 3600)}h`;
};

const text = (at: Date): string => at.toISOString().replace(/\.\d+Z$/, 'Z');

/** The description of a credential for people, without the credential. */
export function credentialText(shown: Shown, now: Date): string {
  const { chain, kind, format, version, secret, mintedAt, expiresAt, expiryFrom } = shown;
  const left = roughly((expiresAt.getTime() - now.getTime()) / 1000);
  return [
    `${chain}  ${kind}, ${format}`,
    `version  ${version} of ${secret}`,
    ...(mintedAt ? [`minted   ${text(mintedAt)}, ${roughly(shown.ageSeconds)} ago`] : []),
    `expires  ${text(expiresAt)}, in ${left}, ${SAYS[expiryFrom]}`,
    '',
  ].join('\n');
}

/** The description of a credential for machines. `content` is the credential itself. */
export const credentialJson = (shown: Shown, content: string | undefined): object => {
  const { chain, secret, version, kind, format, mintedAt, expiresAt, expiryFrom, ageSeconds } =
    shown;
  return {
    chain,
    secret,
    version,
    kind,
    format,
    ...(mintedAt && { mintedAt }),
    expiresAt,
    expiryFrom,
    ageSeconds,
    ...(content !== undefined && { content }),
  };
};

/** The credential as it is handed over: the token, or the line of a header. */
export function contentOf(
  { kind, token, keyId }: ReadCredential,
  asHeader: boolean,
): string | undefined {
  const content = token.reveal();
  if (!asHeader) return content;
  if (kind !== 'signed-blob') return `Authorization: Bearer ${content}`;
  if (keyId === undefined) return undefined;
  return `Signature: keyId="${keyId}",algorithm="rsa-sha256",signature="${content}"`;
}
