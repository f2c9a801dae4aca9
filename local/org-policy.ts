import { ancestryOf } from './hierarchy.ts';
import type { OrgPolicy, State } from './state.ts';

/** By constraint, without the `constraints/` prefix. None where a container has no such policy. */
export function ownOrgPolicy(
  state: State,
  container: string,
  constraint: string,
): OrgPolicy | undefined {
  const [kind, id = ''] = container.split('/');
  const containers = { projects: state.projects, folders: state.folders }[kind ?? ''];
  return (containers ?? state.organizations).get(id)?.orgPolicies?.[constraint];
}

/**
 * What holds on a container: the policy set closest to it, with those above as far as each inherits from its parent.
 *
 * @see https://cloud.google.com/resource-manager/docs/organization-policy/understanding-hierarchy
 */
export function effectiveOrgPolicy(
  state: State,
  container: string,
  constraint: string,
): OrgPolicy | undefined {
  let effective: OrgPolicy | undefined;
  for (const ancestor of ancestryOf(state, container)) {
    const own = ownOrgPolicy(state, ancestor, constraint);
    if (own === undefined) continue;
    effective = effective === undefined ? own : merged(effective, own);
    if (!own.inheritFromParent) break;
  }
  if (effective === undefined) return undefined;
  const { inheritFromParent: _folded, ...rest } = effective;
  return rest;
}

/** Whether a list constraint allows a value. A policy that allows nothing by name denies it. */
export function isAllowed(policy: OrgPolicy | undefined, value: string): boolean {
  if (policy === undefined || policy.denyAll) return false;
  const names = (values: string[] = []) =>
    values.some((named) => named.replace(/^is:/, '').toLowerCase() === value);
  if (names(policy.deniedValues)) return false;
  return policy.allowAll === true || names(policy.allowedValues);
}

function merged(child: OrgPolicy, parent: OrgPolicy): OrgPolicy {
  const both = (a: string[] = [], b: string[] = []) => [...new Set([...a, ...b])];
  const allowedValues = both(child.allowedValues, parent.allowedValues);
  const deniedValues = both(child.deniedValues, parent.deniedValues);
  return {
    ...((child.allowAll || parent.allowAll) && { allowAll: true }),
    ...((child.denyAll || parent.denyAll) && { denyAll: true }),
    ...(allowedValues.length > 0 && { allowedValues }),
    ...(deniedValues.length > 0 && { deniedValues }),
  };
}
