import type { Action } from '../../core/action.ts';
import { moveVersion } from './move-version.ts';

/** @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/disable */
export const disableSecretVersion: Action = {
  api: 'secretmanager',
  method: 'projects.secrets.versions.disable',
  verb: 'POST',
  path: '/v1/projects/{project}/secrets/{secret}/versions/{version}:disable',
  run: (state, call) =>
    moveVersion(state, call, 'secretmanager.versions.disable', (version) => ({
      ...version,
      state: 'DISABLED',
    })),
};
