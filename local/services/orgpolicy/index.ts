import type { ApiMethod } from '../../core/api-method.ts';
import {
  getFolderEffectivePolicy,
  getOrganizationEffectivePolicy,
  getProjectEffectivePolicy,
} from './get-effective-policy.ts';
import { getFolderPolicy, getOrganizationPolicy, getProjectPolicy } from './get-policy.ts';
import {
  listFolderPolicies,
  listOrganizationPolicies,
  listProjectPolicies,
} from './list-policies.ts';
import { writePolicies } from './write-policy.ts';

/** Organization Policy v2. @see https://cloud.google.com/resource-manager/docs/reference/orgpolicy/rest */
export const orgpolicy: readonly ApiMethod[] = [
  getProjectEffectivePolicy,
  getFolderEffectivePolicy,
  getOrganizationEffectivePolicy,
  getProjectPolicy,
  getFolderPolicy,
  getOrganizationPolicy,
  listProjectPolicies,
  listFolderPolicies,
  listOrganizationPolicies,
  ...writePolicies,
];
