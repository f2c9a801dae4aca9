import type { ApiMethod } from '../../../core/api-method.ts';
import { secretAudit } from '../audit.ts';
import { changeVersionState } from './change-version-state.ts';
import { destroyedVersion } from './replace-version.ts';

/**
 * When the secret has a `versionDestroyTtl`, the version is disabled now and destroyed after that time.
 *
 * @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/destroy
 */
export const destroySecretVersion: ApiMethod = {
  api: 'secretmanager',
  name: 'projects.secrets.versions.destroy',
  httpMethod: 'POST',
  path: '/v1/projects/{project}/secrets/{secret}/versions/{version}:destroy',
  audit: secretAudit('DestroySecretVersion'),
  run: (state, call) =>
    changeVersionState(state, call, 'secretmanager.versions.destroy', (version, secret) => {
      const now = state.now();
      if (!secret.versionDestroyTtl) return destroyedVersion(state, version, now);
      const scheduledDestroyTime = new Date(now.getTime() + secret.versionDestroyTtl * 1000);
      return {
        scheduledDestroyTime: scheduledDestroyTime.toISOString(),
        ...version,
        state: 'DISABLED',
      };
    }),
};
