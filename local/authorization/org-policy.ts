import type { OrgPolicy, State } from '../state/state.ts';
import { ancestryOf } from './hierarchy.ts';

/** Of a container itself, by constraint, without the `constraints/` prefix. */
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

/** With the project's number, whatever was asked for. */
export function policyName(state: State, container: string, constraint: string): string {
  const [kind, id = ''] = container.split('/');
  const number = kind === 'projects' ? state.projects.get(id)?.projectNumber : undefined;
  return `${kind}/${number ?? id}/policies/${constraint}`;
}

/** @see https://cloud.google.com/resource-manager/docs/reference/orgpolicy/rest/v2/folders.policies#PolicyRule */
export function ruleOf(policy: OrgPolicy): object {
  if (policy.denyAll) return { denyAll: true };
  if (policy.allowAll) return { allowAll: true };
  const { allowedValues, deniedValues } = policy;
  return {
    values: { ...(allowedValues && { allowedValues }), ...(deniedValues && { deniedValues }) },
  };
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
