import { testIamPermissions } from '../../../authorization/test-iam-permissions.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { DATA_ACCESS } from '../../../core/audited.ts';
import { secretName } from '../secret-store.ts';

/** @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/testIamPermissions */
export const testSecretIamPermissions: ApiMethod = {
  api: 'secretmanager',
  name: 'projects.secrets.testIamPermissions',
  httpMethod: 'POST',
  path: '/v1/projects/{project}/secrets/{secret}:testIamPermissions',
  audit: DATA_ACCESS,
  run: (state, { params, body, caller }) =>
    testIamPermissions(state, caller, secretName(state, params), body),
};
