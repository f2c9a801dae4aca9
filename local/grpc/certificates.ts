import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { basicConstraints, certificate, subjectAltName } from '../identity/certificate.ts';

/** The certificate of a local authority, and a certificate for `localhost` that it signed. PEM. */
export type Certificates = {
  readonly roots: string;
  readonly certificate: string;
  readonly privateKey: string;
};

/** Both are new, and valid for 16 days. */
export function authorityAndServer(now: Date): Certificates {
  const [authority, server] = [newKeys(), newKeys()];
  const issuer = 'Hopmint local cloud';
  const common = { issuer, signingKey: authority.privateKey, now };
  return {
    roots: certificate({
      ...common,
      subject: issuer,
      publicKey: authority.publicKey,
      serial: randomBytes(8),
      extensions: [basicConstraints(true)],
    }),
    certificate: certificate({
      ...common,
      subject: 'localhost',
      publicKey: server.publicKey,
      serial: randomBytes(8),
      extensions: [basicConstraints(false), subjectAltName(['localhost'], ['127.0.0.1'])],
    }),
    privateKey: server.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  };
}

const newKeys = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
