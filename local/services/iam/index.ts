import type { Action } from '../../core/action.ts';
import { createRole } from './create-role.ts';
import { createServiceAccount } from './create-service-account.ts';
import { deleteKey } from './delete-key.ts';
import { deleteRole, undeleteRole } from './delete-role.ts';
import { deleteServiceAccount } from './delete-service-account.ts';
import {
  createDenyPolicy,
  deleteDenyPolicy,
  getDenyPolicy,
  listDenyPolicies,
  updateDenyPolicy,
} from './deny-policies.ts';
import { disableServiceAccount } from './disable-service-account.ts';
import { enableServiceAccount } from './enable-service-account.ts';
import { getServiceAccountIamPolicy } from './get-iam-policy.ts';
import { getCustomRole, getRole } from './get-role.ts';
import { getServiceAccount } from './get-service-account.ts';
import { listKeys } from './list-keys.ts';
import { listCustomRoles, listRoles } from './list-roles.ts';
import { listServiceAccounts } from './list-service-accounts.ts';
import { patchRole } from './patch-role.ts';
import { patchServiceAccount } from './patch-service-account.ts';
import { queryTestablePermissions } from './query-testable-permissions.ts';
import { setServiceAccountIamPolicy } from './set-iam-policy.ts';
import { testServiceAccountIamPermissions } from './test-iam-permissions.ts';
import { undeleteServiceAccount } from './undelete-service-account.ts';

/** IAM v1, and the deny policies of v2. @see https://cloud.google.com/iam/docs/reference/rest */
export const iam: readonly Action[] = [
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
  deleteKey,
  getRole,
  listRoles,
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
];
