import type { Principal } from '../core/action.ts';
import type { DenyPolicy, State } from '../state/state.ts';
import { type Attributes, evaluate } from './condition.ts';
import { includes } from './member.ts';

type Rule = DenyPolicy['rules'][number]['denyRule'];

/**
 * Whether a deny policy on one of these containers takes the permission away. It beats every grant.
 *
 * @see https://cloud.google.com/iam/docs/deny-overview
 */
export function isDenied(
  state: State,
  principal: Principal,
  permission: string,
  containers: readonly string[],
  attributes: Attributes,
): boolean {
  if (state.denyPolicies.size === 0) return false;
  const wanted = deniable(permission);
  for (const { attachedTo, rules } of state.denyPolicies.values()) {
    if (!containers.includes(attachedTo)) continue;
    if (rules.some(({ denyRule }) => denies(state, denyRule, principal, wanted, attributes))) {
      return true;
    }
  }
  return false;
}

function denies(
  state: State,
  rule: Rule,
  principal: Principal,
  permission: string,
  attributes: Attributes,
): boolean {
  const among = (patterns: string[] = []) => patterns.some((p) => matches(p, permission));
  const holds = (members: string[] = []) => members.some((m) => includes(state, m, principal));
  if (!among(rule.deniedPermissions) || among(rule.exceptionPermissions)) return false;
  if (!holds(rule.deniedPrincipals) || holds(rule.exceptionPrincipals)) return false;
  if (rule.denialCondition === undefined) return true;
  // What cannot be evaluated grants nothing: here, it denies.
  return evaluate(rule.denialCondition.expression, attributes) ?? true;
}

/** `iam.serviceAccounts.getAccessToken` in the spelling of deny policies, `iam.googleapis.com/serviceAccounts.getAccessToken`. */
export function deniable(permission: string): string {
  const [service = '', ...rest] = permission.split('.');
  const host = service === 'resourcemanager' ? 'cloudresourcemanager' : service;
  return `${host}.googleapis.com/${rest.join('.')}`;
}

/** A permission, or a group of them with `*` for the resource or the verb. */
function matches(pattern: string, permission: string): boolean {
  if (!pattern.includes('*')) return pattern === permission;
  const [host, kind, verb] = pattern.split(/\/|\.(?=[^.]+$)/);
  const [wantedHost, wantedKind, wantedVerb] = permission.split(/\/|\.(?=[^.]+$)/);
  return (
    host === wantedHost && ['*', wantedKind].includes(kind) && ['*', wantedVerb].includes(verb)
  );
}
