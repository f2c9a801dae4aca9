import type { ApiMethod } from '../../../core/api-method.ts';
import { signingKeyOf } from '../../../identity/signing-keys.ts';
import { accountFor } from '../service-accounts/service-account-resource.ts';
import { ALGORITHM, keyName, toKey } from './key-resource.ts';

/** The key that Google manages, and the user-managed keys. @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts.keys/list */
export const listKeys: ApiMethod = {
  api: 'iam',
  name: 'projects.serviceAccounts.keys.list',
  httpMethod: 'GET',
  path: '/v1/projects/{project}/serviceAccounts/{account}/keys',
  async run(state, { params, query, caller }) {
    const account = accountFor(state, caller, params, 'iam.serviceAccountKeys.list');
    const types = query.getAll('keyTypes');
    const isRequested = (type: string) => types.length === 0 || types.includes(type);
    const userManaged = (account.keys ?? []).map((key) => toKey(account, key));
    const systemManaged = isRequested('SYSTEM_MANAGED')
      ? [
          {
            name: keyName(account, (await signingKeyOf(state, account.uniqueId)).keyId),
            ...ALGORITHM,
            keyOrigin: 'GOOGLE_PROVIDED',
            keyType: 'SYSTEM_MANAGED',
          },
        ]
      : [];
    const keys = [...systemManaged, ...(isRequested('USER_MANAGED') ? userManaged : [])];
    return keys.length > 0 ? { keys } : {};
  },
};
