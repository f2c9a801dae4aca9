import type { Action } from '../../core/action.ts';
import { keyOf, keyOfAccount, publishedKeys } from '../../identity/keys.ts';

const ISSUER = 'federated-signon.system.gserviceaccount.com';

/** What ID tokens are signed with. @see https://developers.google.com/identity/openid-connect/openid-connect#discovery */
export const certsV3: Action = {
  api: 'oauth2',
  method: 'v3.certs',
  verb: 'GET',
  path: '/oauth2/v3/certs',
  anonymous: true,
  run: async (state) => publishedKeys(await keyOf(state, 'google'), 'jwk', ISSUER, state.now()),
};

/** The same keys as certificates, by key ID. */
export const certsV1: Action = {
  api: 'oauth2',
  method: 'v1.certs',
  verb: 'GET',
  path: '/oauth2/v1/certs',
  anonymous: true,
  run: async (state) => publishedKeys(await keyOf(state, 'google'), 'x509', ISSUER, state.now()),
};

/**
 * What a service account's JWTs and blobs are signed with. How `raw` looks at Google is not documented.
 *
 * @see https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/signJwt
 */
export const serviceAccountKeys: Action = {
  api: 'oauth2',
  method: 'serviceAccounts.metadata',
  verb: 'GET',
  path: '/service_accounts/v1/metadata/{form}/{account}',
  anonymous: true,
  async run(state, { params: { form = '', account = '' } }) {
    return publishedKeys(await keyOfAccount(state, account), form, account, state.now());
  },
};
