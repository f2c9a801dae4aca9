import type { ServiceAccount } from '../state/service-account.ts';

/** The identity of a caller. */
export type Principal = {
  /** As IAM writes a member: `serviceAccount:relay@acme-ops.iam.gserviceaccount.com`. */
  readonly member: string;
  readonly email: string;
  /** Service accounts only. */
  readonly uniqueId?: string;
  readonly scopes: readonly string[];
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
