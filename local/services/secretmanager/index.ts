import type { ApiMethod } from '../../core/api-method.ts';
import { getLocation, listLocations } from './locations.ts';
import { regional } from './regional.ts';
import { createSecret } from './secrets/create-secret.ts';
import { deleteSecret } from './secrets/delete-secret.ts';
import { getSecretIamPolicy } from './secrets/get-iam-policy.ts';
import { getSecret } from './secrets/get-secret.ts';
import { listSecrets } from './secrets/list-secrets.ts';
import { setSecretIamPolicy } from './secrets/set-iam-policy.ts';
import { testSecretIamPermissions } from './secrets/test-iam-permissions.ts';
import { updateSecret } from './secrets/update-secret.ts';
import { accessSecretVersion } from './versions/access-secret-version.ts';
import { addSecretVersion } from './versions/add-secret-version.ts';
import { destroySecretVersion } from './versions/destroy-secret-version.ts';
import { disableSecretVersion } from './versions/disable-secret-version.ts';
import { enableSecretVersion } from './versions/enable-secret-version.ts';
import { getSecretVersion } from './versions/get-secret-version.ts';
import { listSecretVersions } from './versions/list-secret-versions.ts';

const methods: readonly ApiMethod[] = [
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

/** Secret Manager v1. @see https://cloud.google.com/secret-manager/docs/reference/rest */
export const secretmanager: readonly ApiMethod[] = [
  ...methods,
  ...methods.map(regional),
  getLocation,
  listLocations,
];
