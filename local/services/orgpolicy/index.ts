import type { Action } from '../../core/action.ts';
import {
  getFolderEffectivePolicy,
  getOrganizationEffectivePolicy,
  getProjectEffectivePolicy,
} from './get-effective-policy.ts';
import {
  getFolderPolicy,
  getOrganizationPolicy,
  getProjectPolicy,
  listFolderPolicies,
  listOrganizationPolicies,
  listProjectPolicies,
} from './get-policy.ts';

/** Organization Policy v2, reading. @see https://cloud.google.com/resource-manager/docs/reference/orgpolicy/rest */
export const orgpolicy: readonly Action[] = [
  getProjectEffectivePolicy,
  getFolderEffectivePolicy,
  getOrganizationEffectivePolicy,
  getProjectPolicy,
  getFolderPolicy,
  getOrganizationPolicy,
  listProjectPolicies,
  listFolderPolicies,
  listOrganizationPolicies,
];
