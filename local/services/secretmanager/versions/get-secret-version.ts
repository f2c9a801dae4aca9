import { authorize } from '../../../authorization/authorize.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { currentSecret, secretName } from '../secret-store.ts';
import { findVersion } from './find-version.ts';
import { toVersion } from './version-resource.ts';

/** The path names the version by its number, by `latest` or by an alias. @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/get */
export const getSecretVersion: ApiMethod = {
  api: 'secretmanager',
  name: 'projects.secrets.versions.get',
  httpMethod: 'GET',
  path: '/v1/projects/{project}/secrets/{secret}/versions/{version}',
  run(state, { params, caller }) {
    const name = secretName(state, params);
    authorize(state, caller, 'secretmanager.versions.get', `${name}/versions/${params.version}`);
    const version = findVersion(state, name, params.version ?? '');
    return toVersion(state, currentSecret(state, name), version);
  },
};
