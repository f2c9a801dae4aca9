import { authorize } from '../../../authorization/authorize.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { possiblyStaleSecret, secretName } from '../secret-store.ts';
import { toSecret } from './secret-resource.ts';

/** @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/get */
export const getSecret: ApiMethod = {
  api: 'secretmanager',
  name: 'projects.secrets.get',
  httpMethod: 'GET',
  path: '/v1/projects/{project}/secrets/{secret}',
  run(state, { params, caller }) {
    const name = secretName(state, params);
    authorize(state, caller, 'secretmanager.secrets.get', name);
    return toSecret(state, possiblyStaleSecret(state, name));
  },
};
