import type { ServiceAccount } from '../state/service-account.ts';

/** The identity of a caller. */
export type Principal = {
  /** As IAM writes a member: `serviceAccount:relay@acme-ops.iam.gserviceaccount.com`. */
  readonly member: string;
  readonly email: string;
  /** Service accounts only. */
  readonly uniqueId?: string;
  readonly scopes: readonly string[];
  /** The emails that minted this credential: the first caller, then each delegate. */
  readonly delegation?: readonly string[];
  /** The permissions that the call has needed until now. `isAuthorized` adds them. */
  readonly checks?: PermissionCheck[];
};

export type PermissionCheck = {
  readonly permission: string;
  /** As in `projects/P/secrets/S`. */
  readonly resource: string;
  readonly granted: boolean;
};

export const principalOf = (
  account: ServiceAccount,
  scopes: readonly string[] = [],
): Principal => ({
  member: `serviceAccount:${account.email}`,
  email: account.email,
  uniqueId: account.uniqueId,
  scopes,
});
