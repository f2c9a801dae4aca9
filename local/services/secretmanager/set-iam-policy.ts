import { authorize } from '../../authorization/authorize.ts';
import { setIamPolicy } from '../../authorization/policy.ts';
import type { Action } from '../../core/action.ts';
import { readNow, secretName } from './secrets.ts';

/** @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/setIamPolicy */
export const setSecretIamPolicy: Action = {
  api: 'secretmanager',
  method: 'projects.secrets.setIamPolicy',
  verb: 'POST',
  path: '/v1/projects/{project}/secrets/{secret}:setIamPolicy',
  run(state, { params, body, caller }) {
    const name = secretName(state, params);
    authorize(state, caller, 'secretmanager.secrets.setIamPolicy', name);
    readNow(state, name);
    return setIamPolicy(state, name, body);
  },
};
