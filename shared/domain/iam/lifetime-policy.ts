import { lowerAscii } from '../basics/text/ascii.ts';
import { type Chain, lifetimeSecondsOf } from '../chain/chain.ts';

/** This constraint lists the accounts that may have access tokens with a lifetime of more than an hour. */
export const LIFETIME_CONSTRAINT = 'iam.allowServiceAccountCredentialLifetimeExtension';

/** The longest lifetime of an access token if the constraint does not list its account. */
const DEFAULT_MAX_SECONDS = 3600;

/**
 * The effective policy of that constraint on a project. Google has already merged what the project inherits.
 *
 * @see https://cloud.google.com/resource-manager/docs/organization-policy/org-policy-constraints
 */
export type LifetimePolicy = {
  readonly allowAll: boolean;
  readonly denyAll: boolean;
  readonly allowedValues: readonly string[];
  readonly deniedValues: readonly string[];
};

/** An empty policy allows nothing. `is:EMAIL` means the same as `EMAIL`. */
export function allowsLonger(policy: LifetimePolicy, email: string): boolean {
  const names = (values: readonly string[]) =>
    values.some((value) => lowerAscii(value.replace(/^is:/, '')) === lowerAscii(email));
  if (policy.denyAll || names(policy.deniedValues)) return false;
  return policy.allowAll || names(policy.allowedValues);
}

/** Does the chain need the constraint to list its target? A signed JWT does not: its expiry is a claim. */
export const isLongLived = ({ credential }: Pick<Chain, 'credential'>): boolean =>
  credential.kind === 'access-token' && lifetimeSecondsOf(credential) > DEFAULT_MAX_SECONDS;
