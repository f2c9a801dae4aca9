import type { Action } from '../../action.ts';
import {
  getFolderEffectivePolicy,
  getOrganizationEffectivePolicy,
  getProjectEffectivePolicy,
} from './get-effective-policy.ts';

/** Organization Policy v2, what is in effect. @see https://cloud.google.com/resource-manager/docs/reference/orgpolicy/rest */
export const orgpolicy: readonly Action[] = [
  getProjectEffectivePolicy,
  getFolderEffectivePolicy,
  getOrganizationEffectivePolicy,
];
