import { type Chain, lifetimeSecondsOf } from '../chain/chain.ts';

/** Which accounts may have access tokens of more than an hour. */
export const LIFETIME_CONSTRAINT = 'iam.allowServiceAccountCredentialLifetimeExtension';

/** No access token lives for longer without the organization's leave. */
const WITHOUT_LEAVE_SECONDS = 3600;

/**
 * What of the effective policy of that constraint decides. Inheritance is folded in by Google.
 *
 * @see https://cloud.google.com/resource-manager/docs/organization-policy/org-policy-constraints
 */
export type LifetimePolicy = {
  readonly allowAll: boolean;
  readonly denyAll: boolean;
  readonly allowedValues: readonly string[];
  readonly deniedValues: readonly string[];
};

/** Where nothing is set, nothing is extended. A value may be written `is:…`, which is the same. */
export function allowsLonger(policy: LifetimePolicy, email: string): boolean {
  const names = (values: readonly string[]) =>
    values.some((value) => value.replace(/^is:/, '').toLowerCase() === email.toLowerCase());
  if (policy.denyAll || names(policy.deniedValues)) return false;
  return policy.allowAll || names(policy.allowedValues);
}

/** An access token that needs that leave. Signed JWTs are not in it: their end is a claim. */
export const isLongLived = ({ credential }: Pick<Chain, 'credential'>): boolean =>
  credential.kind === 'access-token' && lifetimeSecondsOf(credential) > WITHOUT_LEAVE_SECONDS;
