import { SKEW_SECONDS } from '../../domain/basics/skew.ts';
import { Token } from '../../domain/chain/credential.ts';
import { ReaderError } from '../error.ts';
import { claimsOf } from './jwt.ts';

const KINDS = ['access-token', 'id-token', 'signed-jwt', 'signed-blob'] as const;
/** The kind of credential that a chain mints, as in its chain file. */
export type Kind = (typeof KINDS)[number];
/** The format in which a chain stores it, as in its chain file. */
export type Format = 'raw' | 'json' | 'header';

/** The content of one version of a chain's secret. */
export type StoredCredential = {
  readonly format: Format;
  readonly kind: Kind;
  /** The token; of a signed blob the signature, in standard base64. */
  readonly token: Token;
  /** From the payload or the token, if either contains it. */
  readonly expiresAt?: Date;
  /** From the payload or the token, if either contains it. */
  readonly mintedAt?: Date;
  /** The account that the format `json` names: an email or a unique ID. */
  readonly target?: string;
  /** The ID of the key that signed a blob, in the formats `json` and `header`. */
  readonly keyId?: string;
  /** The signed bytes, in the format `json`. */
  readonly payload?: Buffer;
};

const BEARER = /^Authorization: Bearer ([\x21-\x7e]+)$/;
const SIGNATURE =
  /^Signature: keyId="([\w-]+)",algorithm="rsa-sha256",signature="([A-Za-z0-9+/]+=*)"$/;

const malformed = (what: string) =>
  new ReaderError(
    'payload-malformed',
    `the secret does not contain a credential from Hopmint: ${what}`,
  );

/**
 * Parses the payload of a version, for example from a mounted file. The formats differ at the start: only `json` begins with a brace, only
 * `header` begins with the name of a header, and `raw` contains no space.
 *
 * @param text the payload; one line end at the end is ignored
 * @returns the credential; its times come from the payload or from the claims of a JWT
 * @throws {ReaderError} `payload-malformed`; its message contains nothing of the text
 */
export function parseCredential(text: string): StoredCredential {
  const content = text.replace(/\r?\n$/, '');
  if (content.startsWith('{')) return fromJson(content);
  const [, bearer] = BEARER.exec(content) ?? [];
  if (bearer !== undefined) return { format: 'header', ...fromToken(bearer) };
  const [, keyId, signature] = SIGNATURE.exec(content) ?? [];
  if (keyId !== undefined && signature !== undefined) {
    return { format: 'header', kind: 'signed-blob', token: new Token(signature), keyId };
  }
  if (!/^[\x21-\x7e]+$/.test(content))
    throw malformed('it is neither JSON, nor a header, nor one word');
  return { format: 'raw', ...fromToken(content) };
}

function fromToken(text: string): Omit<StoredCredential, 'format'> {
  const token = new Token(text);
  const claims = claimsOf(text);
  if (claims) {
    const kind = claims.iss === 'https://accounts.google.com' ? 'id-token' : 'signed-jwt';
    const expiresAt = secondsIn(claims.exp);
    // Hopmint sets the `iat` of a signed JWT back by the clock skew.
    const mintedAt = secondsIn(claims.iat, kind === 'signed-jwt' ? SKEW_SECONDS : 0);
    return {
      kind,
      token,
      ...(expiresAt && { expiresAt }),
      ...(mintedAt && { mintedAt }),
    };
  }
  return { kind: isSignature(text) ? 'signed-blob' : 'access-token', token };
}

/** RSA of 2048 or 4096 bits in standard base64; an access token has a dot in it. */
const isSignature = (text: string): boolean =>
  /^[A-Za-z0-9+/]+=*$/.test(text) && [256, 512].includes(Buffer.from(text, 'base64').length);

const secondsIn = (claim: unknown, laterSeconds = 0): Date | undefined =>
  typeof claim === 'number' && Number.isFinite(claim)
    ? new Date((claim + laterSeconds) * 1000)
    : undefined;

function fromJson(content: string): StoredCredential {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    throw malformed('it begins like JSON, but is not JSON');
  }
  const { version, kind, target, token, mintedAt, expiresAt, keyId, payload } = value as Readonly<
    Record<string, unknown>
  >;
  if (version !== 1) throw malformed('this reader does not know the version of its JSON');
  if (!KINDS.some((known) => known === kind)) throw malformed('its kind is unknown');
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token))
    throw malformed('it has no token');
  if (typeof target !== 'string') throw malformed('it has no target');
  return {
    format: 'json',
    kind: kind as Kind,
    token: new Token(token),
    target,
    mintedAt: instant('mintedAt', mintedAt),
    expiresAt: instant('expiresAt', expiresAt),
    ...(typeof keyId === 'string' && { keyId }),
    ...(typeof payload === 'string' && { payload: Buffer.from(payload, 'base64') }),
  };
}

function instant(field: string, value: unknown): Date {
  const at = new Date(typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? value : '');
  if (Number.isNaN(at.getTime())) throw malformed(`its ${field} is not a time`);
  return at;
}
