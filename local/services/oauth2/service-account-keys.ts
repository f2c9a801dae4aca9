import type { ApiMethod } from '../../core/api-method.ts';
import { publicKeysIn, signingKeyOfAccount } from '../../identity/signing-keys.ts';

/**
 * The keys that verify what signJwt and signBlob signed for a service account. Google does not document the `raw` format.
 *
 * @see https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/signJwt
 */
export const serviceAccountKeys: ApiMethod = {
  api: 'oauth2',
  name: 'serviceAccounts.metadata',
  httpMethod: 'GET',
  path: '/service_accounts/v1/metadata/{format}/{account}',
  anonymous: true,
  async run(state, { params: { format = '', account = '' } }) {
    return publicKeysIn(format, await signingKeyOfAccount(state, account), account, state.now());
  },
};
