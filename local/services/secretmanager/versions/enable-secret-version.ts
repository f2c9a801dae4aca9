import type { ApiMethod } from '../../../core/api-method.ts';
import { secretAudit } from '../audit.ts';
import { changeVersionState } from './change-version-state.ts';

/** Also cancels a scheduled destruction. @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/enable */
export const enableSecretVersion: ApiMethod = {
  api: 'secretmanager',
  name: 'projects.secrets.versions.enable',
  httpMethod: 'POST',
  path: '/v1/projects/{project}/secrets/{secret}/versions/{version}:enable',
  audit: secretAudit('EnableSecretVersion'),
  run: (state, call) =>
    changeVersionState(
      state,
      call,
      'secretmanager.versions.enable',
      ({ scheduledDestroyTime: _, ...version }) => ({ ...version, state: 'ENABLED' }),
    ),
};
