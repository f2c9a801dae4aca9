import type { Principal } from '../core/principal.ts';
import type { State } from '../state/state.ts';
import { permissionDenied, unauthenticated } from './access-errors.ts';
import { ancestryOf } from './ancestry.ts';
import { attributesOf } from './conditions/attributes.ts';
import { type ConditionAttributes, evaluateCondition } from './conditions/condition.ts';
import { effectiveTags } from './conditions/tags.ts';
import { isDenied } from './deny-rules.ts';
import { memberIncludes } from './member.ts';
import { activePolicy } from './policy-store.ts';
import { roleGrants } from './roles.ts';

/**
 * Whether a policy of the resource, or of one of its ancestors, grants the permission, and no deny policy denies it.
 *
 * @param resource with the project's ID, as in `projects/P/secrets/S`; a version or an object follows its parent, as in
 * `projects/P/secrets/S/versions/3`
 */
export function hasPermission(
  state: State,
  principal: Principal,
  permission: string,
  resource: string,
): boolean {
  const account = state.accounts.get(principal.uniqueId ?? '');
  if (account?.disabled || account?.deleted) return false;
  const ancestry = ancestryOf(state, resource);
  const attributes = {
    now: state.now(),
    resource: attributesOf(state, resource),
    tags: effectiveTags(state, resource),
  };
  return (
    ancestry.some((ancestor) => isGranted(state, principal, permission, ancestor, attributes)) &&
    !isDenied(state, principal, permission, ancestry, attributes)
  );
}

/** The same as `hasPermission`, for the caller of a method. The audit log shows the result. */
export function isAuthorized(
  state: State,
  caller: Principal,
  permission: string,
  resource: string,
): boolean {
  const granted = hasPermission(state, caller, permission, resource);
  caller.checks?.push({ permission, resource, granted });
  return granted;
}

/** @throws {ApiError} 403 as Google sends it; 401 without a caller */
export function authorize(
  state: State,
  caller: Principal | undefined,
  permission: string,
  resource: string,
): void {
  if (caller === undefined) throw unauthenticated('CREDENTIALS_MISSING');
  if (!isAuthorized(state, caller, permission, resource)) {
    throw permissionDenied(state, permission);
  }
}

function isGranted(
  state: State,
  principal: Principal,
  permission: string,
  resource: string,
  attributes: ConditionAttributes,
): boolean {
  return (activePolicy(state, resource)?.bindings ?? []).some(
    ({ role, members, condition }) =>
      roleGrants(state, role, permission) &&
      members.some((member) => memberIncludes(state, member, principal)) &&
      (condition === undefined || evaluateCondition(condition.expression, attributes) === true),
  );
}
