import { type Member, parseDeniedPrincipals } from './member.ts';
import { covers, overlaps } from './membership.ts';
import type { Condition, DenyPolicy, DenyRule } from './policy.ts';
import { every, not, some, type Truth } from './three-valued.ts';

/** Whether a rule denies, and the parts of the decision. */
export type Denial = {
  readonly policy: string;
  /** Counts from 1, because rules have no names. */
  readonly rule: number;
  /** The rule denies the subject and does not except it. */
  readonly member: Truth;
  /** The rule's condition holds. */
  readonly condition: Truth;
  readonly when?: Condition;
  readonly denies: Truth;
};

/** One entry for each rule that denies `permission`: does it deny it to `subject`? */
export function denialsOf(
  policies: readonly DenyPolicy[],
  subject: Member,
  permission: string,
): Denial[] {
  return policies.flatMap(({ name, rules }) =>
    rules.flatMap((rule, i) => {
      if (!appliesTo(rule, permission)) return [];
      // Google supports tag functions alone here, and the audit does not read tags.
      const condition = rule.condition ? 'unknown' : 'yes';
      const member = every([
        some(parseDeniedPrincipals(rule.deniedPrincipals).map((member) => covers(member, subject))),
        not(
          some(
            parseDeniedPrincipals(rule.exceptionPrincipals).map((member) =>
              overlaps(member, subject),
            ),
          ),
        ),
      ]);
      const denies = every([member, condition]);
      const when = rule.condition && { when: rule.condition };
      return [{ policy: name, rule: i + 1, member, condition, ...when, denies }];
    }),
  );
}

/** `yes` only if the policies certainly deny the permission to everyone that `subject` includes. */
export const isDenied = (
  policies: readonly DenyPolicy[],
  subject: Member,
  permission: string,
): Truth => some(denialsOf(policies, subject, permission).map(({ denies }) => denies));

const appliesTo = (rule: DenyRule, permission: string): boolean =>
  rule.deniedPermissions.some((pattern) => matches(pattern, permission)) &&
  !rule.exceptionPermissions.some((pattern) => matches(pattern, permission));

/**
 * `iam.googleapis.com/serviceAccounts.signJwt` matches `iam.serviceAccounts.signJwt`. A `*` matches one part. A deny rule names the service
 * in full, which an allow policy does not always do.
 *
 * @see https://cloud.google.com/iam/docs/deny-permissions-support
 */
function matches(pattern: string, permission: string): boolean {
  const [service = '', ...parts] = permission.split('.');
  const [host = '', rest = ''] = pattern.split('/');
  const patterns = rest.split('.');
  return (
    host === `${FULL_NAMES[service] ?? service}.googleapis.com` &&
    patterns.length === parts.length &&
    patterns.every((part, i) => part === '*' || part === parts[i])
  );
}

/** The services whose name in a permission is not their full name. */
const FULL_NAMES: Readonly<Record<string, string>> = { resourcemanager: 'cloudresourcemanager' };
