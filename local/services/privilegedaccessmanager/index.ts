import type { ApiMethod } from '../../core/api-method.ts';
import { KINDS } from './containers.ts';
import {
  createEntitlement,
  deleteEntitlement,
  getEntitlement,
  listEntitlements,
} from './entitlements.ts';
import { approveGrant, createGrant, getGrant, listGrants } from './grants.ts';

/** Privileged Access Manager v1. @see https://cloud.google.com/iam/docs/reference/pam/rest */
export const privilegedaccessmanager: readonly ApiMethod[] = KINDS.flatMap((kind) => [
  listEntitlements(kind),
  getEntitlement(kind),
  createEntitlement(kind),
  deleteEntitlement(kind),
  listGrants(kind),
  getGrant(kind),
  createGrant(kind),
  approveGrant(kind),
]);
