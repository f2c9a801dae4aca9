import type { ApiMethod } from '../../../core/api-method.ts';
import { destroyed } from '../secret-store.ts';
import { moveVersion } from './change-version-state.ts';

/**
 * Under a `versionDestroyTtl` the version is disabled now, and destroyed when that time has passed.
 *
 * @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/destroy
 */
export const destroySecretVersion: ApiMethod = {
  api: 'secretmanager',
  name: 'projects.secrets.versions.destroy',
  httpMethod: 'POST',
  path: '/v1/projects/{project}/secrets/{secret}/versions/{version}:destroy',
  run: (state, call) =>
    moveVersion(state, call, 'secretmanager.versions.destroy', (version, secret) => {
      const now = state.now();
      if (!secret.versionDestroyTtl) return destroyed(state, version, now);
      const scheduledDestroyTime = new Date(now.getTime() + secret.versionDestroyTtl * 1000);
      return {
        scheduledDestroyTime: scheduledDestroyTime.toISOString(),
        ...version,
        state: 'DISABLED',
      };
    }),
};
