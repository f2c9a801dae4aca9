import type { ApiMethod } from '../../core/api-method.ts';
import { getGroup, lookupGroup } from './lookup-group.ts';
import {
  createMembership,
  deleteMembership,
  listMemberships,
  searchTransitiveMemberships,
} from './memberships.ts';

/** Groups of Cloud Identity v1. @see https://cloud.google.com/identity/docs/reference/rest/v1/groups */
export const cloudidentity: readonly ApiMethod[] = [
  lookupGroup,
  getGroup,
  listMemberships,
  searchTransitiveMemberships,
  createMembership,
  deleteMembership,
];
