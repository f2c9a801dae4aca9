import type { Action } from '../../action.ts';
import { accountResource } from '../../hierarchy.ts';
import { keyOf } from '../../keys.ts';
import { accountFor } from '../../service-accounts.ts';

/** The one that Google manages: no user's keys are in a local world. @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts.keys/list */
export const listKeys: Action = {
  api: 'iam',
  method: 'projects.serviceAccounts.keys.list',
  verb: 'GET',
  path: '/v1/projects/{project}/serviceAccounts/{account}/keys',
  async run(state, { params, query, caller }) {
    const account = accountFor(state, caller, params, 'iam.serviceAccountKeys.list');
    const types = query.getAll('keyTypes');
    if (types.length > 0 && !types.includes('SYSTEM_MANAGED')) return {};
    const { keyId } = await keyOf(state, account.uniqueId);
    return {
      keys: [
        {
          name: `${accountResource(account)}/keys/${keyId}`,
          keyAlgorithm: 'KEY_ALG_RSA_2048',
          keyOrigin: 'GOOGLE_PROVIDED',
          keyType: 'SYSTEM_MANAGED',
        },
      ],
    };
  },
};
