import { authorize } from '../../authorization/authorize.ts';
import { getIamPolicy } from '../../authorization/policy.ts';
import type { Action } from '../../core/action.ts';
import { readNow, secretName } from './secrets.ts';

/** GET, unlike that of most APIs. @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/getIamPolicy */
export const getSecretIamPolicy: Action = {
  api: 'secretmanager',
  method: 'projects.secrets.getIamPolicy',
  verb: 'GET',
  path: '/v1/projects/{project}/secrets/{secret}:getIamPolicy',
  run(state, { params, query, caller }) {
    const name = secretName(state, params);
    authorize(state, caller, 'secretmanager.secrets.getIamPolicy', name);
    readNow(state, name);
    return getIamPolicy(state, name, query.get('options.requestedPolicyVersion'));
  },
};
