import type { ApiMethod } from '../../../core/api-method.ts';
import { keyFor, toKey } from './key-resource.ts';

/** A user-managed key without its private part. @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts.keys/get */
export const getKey: ApiMethod = {
  api: 'iam',
  name: 'projects.serviceAccounts.keys.get',
  httpMethod: 'GET',
  path: '/v1/projects/{project}/serviceAccounts/{account}/keys/{key}',
  run(state, { params, query, caller }) {
    const { account, key } = keyFor(state, caller, params, 'iam.serviceAccountKeys.get');
    const isRaw = query.get('publicKeyType') === 'TYPE_RAW_PUBLIC_KEY';
    return {
      ...toKey(account, key),
      ...(isRaw &&
        key.publicKey && { publicKeyData: Buffer.from(key.publicKey).toString('base64') }),
    };
  },
};
