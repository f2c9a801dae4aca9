import type { Action } from '../../core/action.ts';
import { accessSecretVersion } from './access-secret-version.ts';
import { addSecretVersion } from './add-secret-version.ts';
import { createSecret } from './create-secret.ts';
import { deleteSecret } from './delete-secret.ts';
import { destroySecretVersion } from './destroy-secret-version.ts';
import { disableSecretVersion } from './disable-secret-version.ts';
import { enableSecretVersion } from './enable-secret-version.ts';
import { getSecretIamPolicy } from './get-iam-policy.ts';
import { getSecret } from './get-secret.ts';
import { getSecretVersion } from './get-secret-version.ts';
import { listSecretVersions } from './list-secret-versions.ts';
import { listSecrets } from './list-secrets.ts';
import { setSecretIamPolicy } from './set-iam-policy.ts';
import { testSecretIamPermissions } from './test-iam-permissions.ts';
import { updateSecret } from './update-secret.ts';

/** Secret Manager v1, global secrets. @see https://cloud.google.com/secret-manager/docs/reference/rest */
export const secretmanager: readonly Action[] = [
  createSecret,
  getSecret,
  listSecrets,
  updateSecret,
  deleteSecret,
  addSecretVersion,
  getSecretVersion,
  accessSecretVersion,
  listSecretVersions,
  enableSecretVersion,
  disableSecretVersion,
  destroySecretVersion,
  getSecretIamPolicy,
  setSecretIamPolicy,
  testSecretIamPermissions,
];
