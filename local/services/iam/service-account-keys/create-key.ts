import { generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { z } from 'zod';
import { ApiError } from '../../../core/api-error.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { message, parseMessage } from '../../../core/proto-json.ts';
import { accountAudit } from '../audit.ts';
import { refuseIf } from '../organization-policy.ts';
import { accountFor } from '../service-accounts/service-account-resource.ts';
import { toKey } from './key-resource.ts';

const Body = message({
  privateKeyType: z
    .enum(['TYPE_UNSPECIFIED', 'TYPE_GOOGLE_CREDENTIALS_FILE'])
    .default('TYPE_GOOGLE_CREDENTIALS_FILE'),
  keyAlgorithm: z.enum(['KEY_ALG_UNSPECIFIED', 'KEY_ALG_RSA_2048']).optional(),
});

/** @see https://cloud.google.com/iam/quotas */
const KEYS_MAX = 10;

/**
 * Creates a key, and sends its private part, which nobody can read later. The token endpoint in it is that of the local cloud.
 *
 * @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts.keys/create
 */
export const createKey: ApiMethod = {
  api: 'iam',
  name: 'projects.serviceAccounts.keys.create',
  httpMethod: 'POST',
  path: '/v1/projects/{project}/serviceAccounts/{account}/keys',
  audit: accountAudit('CreateServiceAccountKey'),
  async run(state, { params, body, headers, caller }) {
    parseMessage(Body, body);
    const account = accountFor(state, caller, params, 'iam.serviceAccountKeys.create');
    refuseIf(
      state,
      account.projectId,
      'iam.disableServiceAccountKeyCreation',
      'Key creation is not allowed on this service account.',
    );
    account.keys ??= [];
    if (account.keys.length >= KEYS_MAX) {
      throw new ApiError('FAILED_PRECONDITION', 'Precondition check failed.');
    }
    const { privateKey, publicKey } = await promisify(generateKeyPair)('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    const id = randomBytes(20).toString('hex');
    const validAfterTime = `${state.now().toISOString().slice(0, 19)}Z`;
    const key = { id, publicKey, validAfterTime };
    account.keys.push(key);
    const file = {
      type: 'service_account',
      project_id: account.projectId,
      private_key_id: id,
      private_key: privateKey,
      client_email: account.email,
      client_id: account.uniqueId,
      token_uri: `http://${headers.host}/token`,
    };
    return {
      ...toKey(account, key),
      privateKeyType: 'TYPE_GOOGLE_CREDENTIALS_FILE',
      privateKeyData: Buffer.from(JSON.stringify(file, undefined, 2)).toString('base64'),
    };
  },
};
