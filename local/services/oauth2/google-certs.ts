import type { ApiMethod } from '../../core/api-method.ts';
import { publicKeysIn, signingKeyOf } from '../../identity/signing-keys.ts';

const ISSUER = 'federated-signon.system.gserviceaccount.com';

/** The keys that verify ID tokens. @see https://developers.google.com/identity/openid-connect/openid-connect#discovery */
export const certsV3: ApiMethod = {
  api: 'oauth2',
  name: 'v3.certs',
  httpMethod: 'GET',
  path: '/oauth2/v3/certs',
  anonymous: true,
  run: async (state) =>
    publicKeysIn('jwk', await signingKeyOf(state, 'google'), ISSUER, state.now()),
};

/** The same keys as certificates, by key ID. */
export const certsV1: ApiMethod = {
  api: 'oauth2',
  name: 'v1.certs',
  httpMethod: 'GET',
  path: '/oauth2/v1/certs',
  anonymous: true,
  run: async (state) =>
    publicKeysIn('x509', await signingKeyOf(state, 'google'), ISSUER, state.now()),
};
