import { authorize } from '../../../authorization/authorize.ts';
import { getIamPolicy } from '../../../authorization/iam-policy.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { currentSecret, secretName } from '../secret-store.ts';

/** A GET. In most APIs this method is a POST. @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/getIamPolicy */
export const getSecretIamPolicy: ApiMethod = {
  api: 'secretmanager',
  name: 'projects.secrets.getIamPolicy',
  httpMethod: 'GET',
  path: '/v1/projects/{project}/secrets/{secret}:getIamPolicy',
  run(state, { params, query, caller }) {
    const name = secretName(state, params);
    authorize(state, caller, 'secretmanager.secrets.getIamPolicy', name);
    currentSecret(state, name);
    return getIamPolicy(state, name, query.get('options.requestedPolicyVersion'));
  },
};
