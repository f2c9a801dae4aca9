import { type KeyObject, sign } from 'node:crypto';
import type { SigningKey } from '../state/credentials.ts';

const DAY_MS = 86_400_000;

/**
 * A self-signed certificate for a key, as PEM. google-auth-library reads keys in this form.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.1
 */
export const certificateOf = (
  { keyId, publicKey, privateKey }: SigningKey,
  subject: string,
  now: Date,
): string =>
  certificate({
    subject,
    issuer: subject,
    publicKey,
    signingKey: privateKey,
    serial: Buffer.from(keyId.slice(0, 16), 'hex'),
    extensions: [],
    now,
  });

export type CertificateContent = {
  /** The common name. */
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  /** RSA or P-256. */
  readonly signingKey: KeyObject;
  readonly serial: Buffer;
  /** As `basicConstraints` and `subjectAltName` return them. */
  readonly extensions: readonly Buffer[];
  readonly now: Date;
};

/** A certificate that is valid for 16 days, as PEM. @see https://www.rfc-editor.org/rfc/rfc5280#section-4.1 */
export function certificate({
  subject,
  issuer,
  publicKey,
  signingKey,
  serial,
  extensions,
  now,
}: CertificateContent): string {
  const algorithm = signingKey.asymmetricKeyType === 'ec' ? SHA256_ECDSA : SHA256_RSA;
  const content = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))), // version 3
    // The leading 01 keeps the number positive and without a leading zero, which DER forbids.
    der(0x02, Buffer.from([1]), serial),
    algorithm,
    nameOf(issuer),
    sequence(utcTime(now.getTime() - DAY_MS), utcTime(now.getTime() + 16 * DAY_MS)),
    nameOf(subject),
    publicKey.export({ format: 'der', type: 'spki' }),
    ...(extensions.length > 0 ? [der(0xa3, sequence(...extensions))] : []),
  );
  const signature = sign('sha256', content, signingKey);
  const signed = sequence(content, algorithm, der(0x03, Buffer.from([0]), signature));
  const lines = signed.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** Whether the key may sign certificates. */
export const basicConstraints = (isAuthority: boolean): Buffer =>
  extension(19, sequence(...(isAuthority ? [TRUE] : [])), true);

/** The names and IPv4 addresses of a server. */
export const subjectAltName = (names: readonly string[], addresses: readonly string[]): Buffer =>
  extension(
    17,
    sequence(
      ...names.map((name) => der(0x82, Buffer.from(name))),
      ...addresses.map((address) => der(0x87, Buffer.from(address.split('.').map(Number)))),
    ),
    false,
  );

/** @param arc the last number of 2.5.29.N */
const extension = (arc: number, value: Buffer, isCritical: boolean): Buffer =>
  sequence(
    der(0x06, Buffer.from([0x55, 0x1d, arc])),
    ...(isCritical ? [TRUE] : []),
    der(0x04, value),
  );

const nameOf = (commonName: string): Buffer =>
  sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from(commonName)))));

function der(tag: number, ...contents: Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const length = content.length;
  const bytes =
    length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...bytes]), content]);
}

const sequence = (...contents: Buffer[]): Buffer => der(0x30, ...contents);

/** As in 261122120000Z. */
const utcTime = (milliseconds: number): Buffer =>
  der(0x17, Buffer.from(new Date(milliseconds).toISOString().replace(/^20|[-:T]|\.\d+/g, '')));

const TRUE = der(0x01, Buffer.from([0xff]));
/** 2.5.4.3 */
const COMMON_NAME = der(0x06, Buffer.from([0x55, 0x04, 0x03]));
/** 1.2.840.113549.1.1.11, without parameters */
const SHA256_RSA = sequence(
  der(0x06, Buffer.from([0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b])),
  der(0x05),
);
/** 1.2.840.10045.4.3.2 */
const SHA256_ECDSA = sequence(
  der(0x06, Buffer.from([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02])),
);
