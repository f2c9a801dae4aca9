import type { Action } from '../../core/action.ts';
import { moveVersion } from './move-version.ts';

/** Also calls off a destruction that is scheduled. @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/enable */
export const enableSecretVersion: Action = {
  api: 'secretmanager',
  method: 'projects.secrets.versions.enable',
  verb: 'POST',
  path: '/v1/projects/{project}/secrets/{secret}/versions/{version}:enable',
  run: (state, call) =>
    moveVersion(
      state,
      call,
      'secretmanager.versions.enable',
      ({ scheduledDestroyTime: _, ...version }) => ({ ...version, state: 'ENABLED' }),
    ),
};
