import type { ApiMethod } from '../../core/api-method.ts';
import { boundaries } from './boundaries/access-boundaries.ts';
import { createDenyPolicy } from './deny-policies/create-deny-policy.ts';
import { deleteDenyPolicy } from './deny-policies/delete-deny-policy.ts';
import { getDenyPolicy } from './deny-policies/get-deny-policy.ts';
import { listDenyPolicies } from './deny-policies/list-deny-policies.ts';
import { updateDenyPolicy } from './deny-policies/update-deny-policy.ts';
import { queryTestablePermissions } from './query-testable-permissions.ts';
import { createRole } from './roles/create-role.ts';
import { deleteRole } from './roles/delete-role.ts';
import { getCustomRole } from './roles/get-custom-role.ts';
import { getRole } from './roles/get-role.ts';
import { listCustomRoles } from './roles/list-custom-roles.ts';
import { listRoles } from './roles/list-roles.ts';
import { patchRole } from './roles/patch-role.ts';
import { queryGrantableRoles } from './roles/query-grantable-roles.ts';
import { undeleteRole } from './roles/undelete-role.ts';
import { createKey } from './service-account-keys/create-key.ts';
import { deleteKey } from './service-account-keys/delete-key.ts';
import { getKey } from './service-account-keys/get-key.ts';
import { listKeys } from './service-account-keys/list-keys.ts';
import { disableKey, enableKey } from './service-account-keys/set-key-disabled.ts';
import { createServiceAccount } from './service-accounts/create-service-account.ts';
import { deleteServiceAccount } from './service-accounts/delete-service-account.ts';
import { disableServiceAccount } from './service-accounts/disable-service-account.ts';
import { enableServiceAccount } from './service-accounts/enable-service-account.ts';
import { getServiceAccountIamPolicy } from './service-accounts/get-iam-policy.ts';
import { getServiceAccount } from './service-accounts/get-service-account.ts';
import { listServiceAccounts } from './service-accounts/list-service-accounts.ts';
import { patchServiceAccount } from './service-accounts/patch-service-account.ts';
import { setServiceAccountIamPolicy } from './service-accounts/set-iam-policy.ts';
import { testServiceAccountIamPermissions } from './service-accounts/test-iam-permissions.ts';
import { undeleteServiceAccount } from './service-accounts/undelete-service-account.ts';

/** IAM v1, the deny policies of IAM v2, and reads of the principal access boundaries of IAM v3. @see https://cloud.google.com/iam/docs/reference/rest */
export const iam: readonly ApiMethod[] = [
  getServiceAccount,
  listServiceAccounts,
  createServiceAccount,
  patchServiceAccount,
  deleteServiceAccount,
  undeleteServiceAccount,
  enableServiceAccount,
  disableServiceAccount,
  getServiceAccountIamPolicy,
  setServiceAccountIamPolicy,
  testServiceAccountIamPermissions,
  listKeys,
  createKey,
  getKey,
  enableKey,
  disableKey,
  deleteKey,
  getRole,
  listRoles,
  queryGrantableRoles,
  getCustomRole,
  listCustomRoles,
  createRole,
  patchRole,
  deleteRole,
  undeleteRole,
  queryTestablePermissions,
  listDenyPolicies,
  getDenyPolicy,
  createDenyPolicy,
  updateDenyPolicy,
  deleteDenyPolicy,
  ...boundaries,
];
