import type { Action } from '../../core/action.ts';
import { bytes, message, parseMessage } from '../../core/proto.ts';
import { keyOf, signBytes } from '../../identity/keys.ts';
import { delegates, walk } from './delegation.ts';

const Body = message({ delegates, payload: bytes });

/** @see https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/signBlob */
export const signBlob: Action = {
  api: 'iamcredentials',
  method: 'projects.serviceAccounts.signBlob',
  verb: 'POST',
  path: '/v1/projects/{project}/serviceAccounts/{account}:signBlob',
  async run(state, { params, body, caller }) {
    const { delegates, payload } = parseMessage(Body, body);
    const target = walk(state, caller, params, delegates, 'iam.serviceAccounts.signBlob');
    const key = await keyOf(state, target.uniqueId);
    const signature = await signBytes(key, payload);
    return { keyId: key.keyId, signedBlob: signature.toString('base64') };
  },
};
