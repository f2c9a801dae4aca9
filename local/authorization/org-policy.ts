import type { OrgPolicy } from '../state/org-policy.ts';
import type { State } from '../state/state.ts';
import { ancestryOf } from './ancestry.ts';

/** The policies set on the container itself, by constraint, without the `constraints/` prefix. */
export function ownOrgPolicies(
  state: State,
  container: string,
): Readonly<Record<string, OrgPolicy>> {
  const [kind, id = ''] = container.split('/');
  const containers = { projects: state.projects, folders: state.folders }[kind ?? ''];
  return (containers ?? state.organizations).get(id)?.orgPolicies ?? {};
}

export const ownOrgPolicy = (
  state: State,
  container: string,
  constraint: string,
): OrgPolicy | undefined => ownOrgPolicies(state, container)[constraint];

/** The policy's name. Google always writes a project as its number here. */
export function orgPolicyName(state: State, container: string, constraint: string): string {
  const [kind, id = ''] = container.split('/');
  const number = kind === 'projects' ? state.projects.get(id)?.projectNumber : undefined;
  return `${kind}/${number ?? id}/policies/${constraint}`;
}

/** @see https://cloud.google.com/resource-manager/docs/reference/orgpolicy/rest/v2/folders.policies#PolicyRule */
export function toPolicyRule(policy: OrgPolicy): object {
  if (policy.enforce !== undefined) return { enforce: policy.enforce };
  if (policy.denyAll) return { denyAll: true };
  if (policy.allowAll) return { allowAll: true };
  const { allowedValues, deniedValues } = policy;
  return {
    values: { ...(allowedValues && { allowedValues }), ...(deniedValues && { deniedValues }) },
  };
}

/**
 * The policy in effect on a container: the policy of the closest ancestor that has one, merged with the policies above it as
 * long as each one inherits from its parent.
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
    // The nearest policy on a boolean constraint decides alone.
    if (own.enforce !== undefined || !own.inheritFromParent) break;
  }
  if (effective === undefined) return undefined;
  const { inheritFromParent: _, ...rest } = effective;
  return rest;
}

/** Whether a boolean constraint is enforced on a container. */
export const isEnforced = (state: State, container: string, constraint: string): boolean =>
  effectiveOrgPolicy(state, container, constraint)?.enforce === true;

/** Whether a list constraint allows a value. Without a policy, or without the value in `allowedValues`, it does not. */
export function allowsValue(policy: OrgPolicy | undefined, value: string): boolean {
  if (policy === undefined || policy.denyAll) return false;
  const lists = (values: string[] = []) =>
    values.some((listed) => listed.replace(/^is:/, '').toLowerCase() === value);
  if (lists(policy.deniedValues)) return false;
  return policy.allowAll === true || lists(policy.allowedValues);
}

function merged(child: OrgPolicy, parent: OrgPolicy): OrgPolicy {
  const union = (a: string[] = [], b: string[] = []) => [...new Set([...a, ...b])];
  const allowedValues = union(child.allowedValues, parent.allowedValues);
  const deniedValues = union(child.deniedValues, parent.deniedValues);
  return {
    ...(child.enforce !== undefined && { enforce: child.enforce }),
    ...((child.allowAll || parent.allowAll) && { allowAll: true }),
    ...((child.denyAll || parent.denyAll) && { denyAll: true }),
    ...(allowedValues.length > 0 && { allowedValues }),
    ...(deniedValues.length > 0 && { deniedValues }),
  };
}
