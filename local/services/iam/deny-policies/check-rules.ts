import { ApiError } from '../../../core/api-error.ts';
import type { DenyPolicy } from '../../../state/deny-policy.ts';

type DenyRule = DenyPolicy['rules'][number]['denyRule'];

/** @see https://cloud.google.com/iam/docs/deny-overview */
const MAX_RULES = 500;

/** `iam.googleapis.com/serviceAccounts.signJwt`, also with `*` as the type or the verb. */
const PERMISSION =
  /^[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*\.googleapis\.com\/[A-Za-z*][\w*]*\.[A-Za-z*]\w*$/;

/** The forms of IAM v2. `user:ada@acme.com` is a form of v1. */
const PRINCIPAL =
  /^(?:deleted:)?principal(?:Set)?:\/\/(?:goog\/|iam\.googleapis\.com\/|cloudresourcemanager\.googleapis\.com\/)\S+$/;

/** Tag functions alone, joined by logical operators. */
const TAG_CONDITION =
  /^(?:\s|\(|\)|!|&&|\|\||resource\.(?:matchTag|matchTagId|hasTagKey|hasTagKeyId)\((?:[^()"']|"[^"]*"|'[^']*')*\))+$/;

/** @throws {ApiError} 400 for a rule that Google does not accept */
export function checkDenyRules(rules: DenyPolicy['rules']): void {
  if (rules.length > MAX_RULES) {
    throw new ApiError('INVALID_ARGUMENT', `A deny policy has at most ${MAX_RULES} rules.`);
  }
  for (const { denyRule } of rules) checkDenyRule(denyRule);
}

function checkDenyRule(rule: DenyRule): void {
  const { deniedPermissions = [], exceptionPermissions = [], denialCondition } = rule;
  const permission = [...deniedPermissions, ...exceptionPermissions].find(
    (one) => !PERMISSION.test(one),
  );
  if (permission !== undefined) {
    throw new ApiError('INVALID_ARGUMENT', `Invalid permission: ${permission}.`);
  }
  const { deniedPrincipals = [], exceptionPrincipals = [] } = rule;
  const principal = [...deniedPrincipals, ...exceptionPrincipals].find(
    (one) => !PRINCIPAL.test(one),
  );
  if (principal !== undefined) {
    throw new ApiError('INVALID_ARGUMENT', `Invalid principal: ${principal}.`);
  }
  if (denialCondition && !TAG_CONDITION.test(denialCondition.expression)) {
    throw new ApiError(
      'INVALID_ARGUMENT',
      'A denial condition can use functions of resource tags only.',
    );
  }
}
