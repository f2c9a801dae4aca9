import { authorize } from '../../authorization/authorize.ts';
import type { Action } from '../../core/action.ts';
import { read, secretName } from './secrets.ts';
import { toSecret } from './wire.ts';

/** @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/get */
export const getSecret: Action = {
  api: 'secretmanager',
  method: 'projects.secrets.get',
  verb: 'GET',
  path: '/v1/projects/{project}/secrets/{secret}',
  run(state, { params, caller }) {
    const name = secretName(state, params);
    authorize(state, caller, 'secretmanager.secrets.get', name);
    return toSecret(state, read(state, name));
  },
};
