import { testIamPermissions } from '../../authorization/test-permissions.ts';
import type { Action } from '../../core/action.ts';
import { secretName } from './secrets.ts';

/** @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/testIamPermissions */
export const testSecretIamPermissions: Action = {
  api: 'secretmanager',
  method: 'projects.secrets.testIamPermissions',
  verb: 'POST',
  path: '/v1/projects/{project}/secrets/{secret}:testIamPermissions',
  run: (state, { params, body, caller }) =>
    testIamPermissions(state, caller, secretName(state, params), body),
};
