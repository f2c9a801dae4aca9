import type { ApiMethod } from '../../../core/api-method.ts';
import { secretAudit } from '../audit.ts';
import { changeVersionState } from './change-version-state.ts';

/** @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/disable */
export const disableSecretVersion: ApiMethod = {
  api: 'secretmanager',
  name: 'projects.secrets.versions.disable',
  httpMethod: 'POST',
  path: '/v1/projects/{project}/secrets/{secret}/versions/{version}:disable',
  audit: secretAudit('DisableSecretVersion'),
  run: (state, call) =>
    changeVersionState(state, call, 'secretmanager.versions.disable', (version) => ({
      ...version,
      state: 'DISABLED',
    })),
};
