import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { certificateOf } from '../../../local/identity/certificate.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });

describe('certificateOf', () => {
  // DER forbids leading zeros in an integer, and reads an integer with a leading one bit as negative.
  it.each(['0000', '0001', '0080', '0100', '7fff', '80ff', 'ffff'])(
    'makes a readable certificate for a key whose ID starts with %s',
    (start) => {
      const keyId = start.padEnd(40, 'ab');
      const certificate = new X509Certificate(certificateOf({ ...pair, keyId }, 'acme', NOW));
      expect(certificate.verify(pair.publicKey)).toBe(true);
      expect(certificate.subject).toBe('CN=acme');
      expect(BigInt(`0x${certificate.serialNumber}`)).toBeGreaterThan(0n);
    },
  );
});
