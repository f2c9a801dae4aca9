import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { certificateOf } from '../../../local/identity/certificate.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });

describe('certificateOf', () => {
  // DER wants integers as short as can be, and those that begin with a high bit are negative.
  it.each(['0000', '0001', '0080', '0100', '7fff', '80ff', 'ffff'])(
    'makes one that can be read of a key whose ID begins with %s',
    (start) => {
      const keyId = start.padEnd(40, 'ab');
      const certificate = new X509Certificate(certificateOf({ ...pair, keyId }, 'acme', NOW));
      expect(certificate.verify(pair.publicKey)).toBe(true);
      expect(certificate.subject).toBe('CN=acme');
      expect(BigInt(`0x${certificate.serialNumber}`)).toBeGreaterThan(0n);
    },
  );
});
