import { authorize } from '../../authorization/authorize.ts';
import type { Action } from '../../core/action.ts';
import { secretName, versionOf } from './secrets.ts';
import { toVersion } from './wire.ts';

/** By number, `latest` or alias. @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/get */
export const getSecretVersion: Action = {
  api: 'secretmanager',
  method: 'projects.secrets.versions.get',
  verb: 'GET',
  path: '/v1/projects/{project}/secrets/{secret}/versions/{version}',
  run(state, { params, caller }) {
    const name = secretName(state, params);
    authorize(state, caller, 'secretmanager.versions.get', `${name}/versions/${params.version}`);
    return toVersion(state, name, versionOf(state, name, params.version ?? ''));
  },
};
