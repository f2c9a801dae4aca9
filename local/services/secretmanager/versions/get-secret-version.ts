import { authorize } from '../../../authorization/authorize.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { secretName, versionOf } from '../secret-store.ts';
import { toVersion } from '../secrets/secret-resource.ts';

/** By number, `latest` or alias. @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/get */
export const getSecretVersion: ApiMethod = {
  api: 'secretmanager',
  name: 'projects.secrets.versions.get',
  httpMethod: 'GET',
  path: '/v1/projects/{project}/secrets/{secret}/versions/{version}',
  run(state, { params, caller }) {
    const name = secretName(state, params);
    authorize(state, caller, 'secretmanager.versions.get', `${name}/versions/${params.version}`);
    return toVersion(state, name, versionOf(state, name, params.version ?? ''));
  },
};
