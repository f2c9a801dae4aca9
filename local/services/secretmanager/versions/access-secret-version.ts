import { crc32c } from '@aws-crypto/crc32c';
import { authorize } from '../../../authorization/authorize.ts';
import { ApiError } from '../../../core/api-error.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { withProjectNumber } from '../../../core/projects.ts';
import { secretName } from '../secret-store.ts';
import { findVersion } from './find-version.ts';

/** @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/access */
export const accessSecretVersion: ApiMethod = {
  api: 'secretmanager',
  name: 'projects.secrets.versions.access',
  httpMethod: 'GET',
  path: '/v1/projects/{project}/secrets/{secret}/versions/{version}:access',
  run(state, { params, caller }) {
    const name = secretName(state, params);
    authorize(state, caller, 'secretmanager.versions.access', `${name}/versions/${params.version}`);
    const version = findVersion(state, name, params.version ?? '');
    const fullName = `${withProjectNumber(state, name)}/versions/${version.number}`;
    if (version.state !== 'ENABLED' || version.data === undefined)
      throw new ApiError(
        'FAILED_PRECONDITION',
        `Secret Version [${fullName}] is in ${version.state} state.`,
      );
    const dataCrc32c = String(crc32c(Buffer.from(version.data, 'base64')));
    return { name: fullName, payload: { data: version.data, dataCrc32c } };
  },
};
