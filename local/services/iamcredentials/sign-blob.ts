import type { ApiMethod } from '../../core/api-method.ts';
import { bytes, message, parseMessage } from '../../core/proto-json.ts';
import { signBytes, signingKeyOf } from '../../identity/signing-keys.ts';
import { mintAudit } from './audit.ts';
import { delegates, targetOf } from './delegation.ts';

const Body = message({ delegates, payload: bytes });

/** @see https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/signBlob */
export const signBlob: ApiMethod = {
  api: 'iamcredentials',
  name: 'projects.serviceAccounts.signBlob',
  httpMethod: 'POST',
  path: '/v1/projects/{project}/serviceAccounts/{account}:signBlob',
  audit: mintAudit('SignBlob'),
  async run(state, { params, body, caller }) {
    const { delegates, payload } = parseMessage(Body, body);
    const target = targetOf(state, caller, params, delegates, 'iam.serviceAccounts.signBlob');
    const key = await signingKeyOf(state, target.uniqueId);
    const signature = await signBytes(key, payload);
    return { keyId: key.keyId, signedBlob: signature.toString('base64') };
  },
};
