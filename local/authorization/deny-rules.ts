import type { Principal } from '../core/principal.ts';
import type { DenyPolicy } from '../state/deny-policy.ts';
import type { State } from '../state/state.ts';
import { type ConditionAttributes, evaluateCondition } from './conditions/condition.ts';
import { memberIncludes } from './member.ts';

type DenyRule = DenyPolicy['rules'][number]['denyRule'];

/**
 * Whether a deny policy on one of these containers denies the permission. A denial overrides every grant.
 *
 * @see https://cloud.google.com/iam/docs/deny-overview
 */
export function isDenied(
  state: State,
  principal: Principal,
  permission: string,
  containers: readonly string[],
  attributes: ConditionAttributes,
): boolean {
  if (state.denyPolicies.size === 0) return false;
  const requested = denyPolicyPermission(permission);
  for (const { attachedTo, rules } of state.denyPolicies.values()) {
    if (!containers.includes(attachedTo)) continue;
    if (rules.some(({ denyRule }) => denies(state, denyRule, principal, requested, attributes))) {
      return true;
    }
  }
  return false;
}

function denies(
  state: State,
  rule: DenyRule,
  principal: Principal,
  permission: string,
  attributes: ConditionAttributes,
): boolean {
  const isListed = (patterns: string[] = []) => patterns.some((p) => matches(p, permission));
  const isMember = (members: string[] = []) =>
    members.some((member) => memberIncludes(state, member, principal));
  if (!isListed(rule.deniedPermissions) || isListed(rule.exceptionPermissions)) return false;
  if (!isMember(rule.deniedPrincipals) || isMember(rule.exceptionPrincipals)) return false;
  if (rule.denialCondition === undefined) return true;
  // A condition that cannot be evaluated never gives access. Here that means: it denies.
  return evaluateCondition(rule.denialCondition.expression, attributes) ?? true;
}

/** `iam.serviceAccounts.getAccessToken` as deny policies write it: `iam.googleapis.com/serviceAccounts.getAccessToken`. */
function denyPolicyPermission(permission: string): string {
  const [service = '', ...rest] = permission.split('.');
  const host = service === 'resourcemanager' ? 'cloudresourcemanager' : service;
  return `${host}.googleapis.com/${rest.join('.')}`;
}

/** @param pattern a permission, or a group of permissions with `*` for the resource type or the verb */
function matches(pattern: string, permission: string): boolean {
  if (!pattern.includes('*')) return pattern === permission;
  const [host, type, verb] = pattern.split(/\/|\.(?=[^.]+$)/);
  const [requestedHost, requestedType, requestedVerb] = permission.split(/\/|\.(?=[^.]+$)/);
  return (
    host === requestedHost &&
    ['*', requestedType].includes(type) &&
    ['*', requestedVerb].includes(verb)
  );
}
