import type { Action } from '../../action.ts';
import { authorize } from '../../iam.ts';
import { toSecret } from '../../secret-wire.ts';
import { read, secretName } from '../../secrets.ts';

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
