import { holds } from './condition.ts';
import { type Member, parseMembers } from './member.ts';
import { covers, touches } from './membership.ts';
import type { Condition, DenyPolicy, DenyRule } from './policy.ts';
import { every, not, some, type Truth } from './three-valued.ts';

/** Whether a rule denies, and all of it that had to be decided for that. */
export type Denial = {
  readonly policy: string;
  /** From 1, as there is no name for a rule. */
  readonly rule: number;
  readonly member: Truth;
  readonly condition: Truth;
  readonly when?: Condition;
  readonly denies: Truth;
};

/** What the rules that speak of `permission` say of `subject`. */
export function denialsOf(
  policies: readonly DenyPolicy[],
  subject: Member,
  permission: string,
  now: Date,
): Denial[] {
  return policies.flatMap(({ name, rules }) =>
    rules.flatMap((rule, i) => {
      if (!speaksOf(rule, permission)) return [];
      const condition = holds(rule.condition, now);
      const member = every([
        some(parseMembers(rule.deniedPrincipals).map((member) => covers(member, subject))),
        not(some(parseMembers(rule.exceptionPrincipals).map((member) => touches(member, subject)))),
      ]);
      const denies = every([member, condition]);
      const when = rule.condition && { when: rule.condition };
      return [{ policy: name, rule: i + 1, member, condition, ...when, denies }];
    }),
  );
}

/** Is it certain that every one of `subject` is denied? Only then does a deny policy clear somebody. */
export const isDenied = (
  policies: readonly DenyPolicy[],
  subject: Member,
  permission: string,
  now: Date,
): Truth => some(denialsOf(policies, subject, permission, now).map(({ denies }) => denies));

const speaksOf = (rule: DenyRule, permission: string): boolean =>
  rule.deniedPermissions.some((pattern) => names(pattern, permission)) &&
  !rule.exceptionPermissions.some((pattern) => names(pattern, permission));

/**
 * `iam.googleapis.com/serviceAccounts.signJwt` names `iam.serviceAccounts.signJwt`; a `*` stands for one part.
 *
 * @see https://cloud.google.com/iam/docs/deny-permissions-support
 */
function names(pattern: string, permission: string): boolean {
  const [service = '', ...parts] = permission.split('.');
  const [host = '', rest = ''] = pattern.split('/');
  const patterns = rest.split('.');
  return (
    host === `${service}.googleapis.com` &&
    patterns.length === parts.length &&
    patterns.every((part, i) => part === '*' || part === parts[i])
  );
}
