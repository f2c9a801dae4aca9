import type { Chain, CredentialSpec, Kind } from '../../shared/domain/chain/chain.ts';
import { chainOf, RELAY } from '../functions/rotation-world.ts';

/** A schedule without a minute in reserve: a chain file with a longer part would be refused. */
export const SCHEDULE = {
  rotateEverySeconds: 300,
  retryWindowSeconds: 480,
  minValiditySeconds: 300,
};

const LIFETIME = { lifetimeSeconds: 300 + 60 + 480 + 300 + 60 };

/** A credential of each kind. */
export const CREDENTIALS: Readonly<Record<Kind, CredentialSpec>> = {
  'access-token': {
    kind: 'access-token',
    scopes: ['https://www.googleapis.com/auth/bigquery.readonly'],
    ...LIFETIME,
  },
  'id-token': { kind: 'id-token', audience: 'https://partner.example.com', includeEmail: true },
  'signed-jwt': {
    kind: 'signed-jwt',
    claims: { aud: 'https://firestore.googleapis.com/' },
    allowTokenExchange: false,
    ...LIFETIME,
  },
  'signed-blob': {
    kind: 'signed-blob',
    payload: Buffer.from('release 42').toString('base64'),
    allowTokenExchange: false,
  },
};

export const KINDS = Object.keys(CREDENTIALS) as Kind[];

export const SECRET = 'projects/acme-ops/secrets/export';

export const chainOfKind = (kind: Kind): Chain =>
  chainOf('export', CREDENTIALS[kind], { delegates: [{ email: RELAY }], ...SCHEDULE });
