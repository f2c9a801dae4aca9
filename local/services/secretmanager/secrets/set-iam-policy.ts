import { authorize } from '../../../authorization/authorize.ts';
import { setIamPolicy } from '../../../authorization/iam-policy.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { secretPolicyAudit } from '../audit.ts';
import { currentSecret, secretName } from '../secret-store.ts';

/** @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/setIamPolicy */
export const setSecretIamPolicy: ApiMethod = {
  api: 'secretmanager',
  name: 'projects.secrets.setIamPolicy',
  httpMethod: 'POST',
  path: '/v1/projects/{project}/secrets/{secret}:setIamPolicy',
  audit: secretPolicyAudit,
  run(state, { params, body, caller }) {
    const name = secretName(state, params);
    authorize(state, caller, 'secretmanager.secrets.setIamPolicy', name);
    currentSecret(state, name);
    return setIamPolicy(state, name, body);
  },
};
