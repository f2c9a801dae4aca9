import { sign } from 'node:crypto';
import type { SigningKey } from '../state/credentials.ts';

const DAY_MS = 86_400_000;

/**
 * A self-signed certificate for a key, as PEM. google-auth-library reads keys in this form.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.1
 */
export function certificateOf(key: SigningKey, subject: string, now: Date): string {
  const name = sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from(subject)))));
  const content = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))), // version 3
    // The serial number. The leading 01 keeps it positive and without a leading zero, which DER forbids.
    der(0x02, Buffer.from(`01${key.keyId.slice(0, 16)}`, 'hex')),
    SHA256_RSA,
    name,
    sequence(utcTime(now.getTime() - DAY_MS), utcTime(now.getTime() + 16 * DAY_MS)),
    name,
    key.publicKey.export({ format: 'der', type: 'spki' }),
  );
  const signature = sign('RSA-SHA256', content, key.privateKey);
  const certificate = sequence(content, SHA256_RSA, der(0x03, Buffer.from([0]), signature));
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

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

/** 2.5.4.3 */
const COMMON_NAME = der(0x06, Buffer.from([0x55, 0x04, 0x03]));
/** 1.2.840.113549.1.1.11, without parameters */
const SHA256_RSA = sequence(
  der(0x06, Buffer.from([0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b])),
  der(0x05),
);
