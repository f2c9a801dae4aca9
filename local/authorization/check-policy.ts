import { findAccount } from '../core/accounts.ts';
import { ApiError } from '../core/api-error.ts';
import type { Policy } from '../state/policy.ts';
import type { State } from '../state/state.ts';
import { ancestryOf } from './ancestry.ts';
import { isExpression } from './conditions/condition.ts';
import type { PolicyBody } from './policy-body.ts';
import { findRole } from './roles.ts';

/** @see https://cloud.google.com/iam/quotas */
const MAX_MEMBERS = 1500;

/** @throws {ApiError} 400 for a policy that Google does not accept */
export function checkPolicy(
  state: State,
  resource: string,
  policy: PolicyBody,
  current: Policy | undefined,
): void {
  checkVersion(policy, current);
  for (const binding of policy.bindings) checkBinding(state, resource, binding);
  const count = policy.bindings.reduce((sum, { members }) => sum + members.length, 0);
  if (count > MAX_MEMBERS) {
    throw new ApiError(
      'INVALID_ARGUMENT',
      `The number of members in the policy (${count}) is larger than the maximum allowed size ${MAX_MEMBERS}.`,
    );
  }
}

export const hasConditions = (policy: { bindings?: readonly { condition?: unknown }[] }): boolean =>
  (policy.bindings ?? []).some(({ condition }) => condition !== undefined);

function checkVersion(policy: PolicyBody, current: Policy | undefined): void {
  if (![0, 1, 3].includes(policy.version)) {
    throw new ApiError('INVALID_ARGUMENT', `Invalid policy version: ${policy.version}.`);
  }
  if (policy.version === 3) return;
  // Google refuses this only when the request has an etag. Without an etag the write deletes the conditions.
  const losesConditions = current !== undefined && hasConditions(current) && Boolean(policy.etag);
  if (policy.bindings.some(({ condition }) => condition) || losesConditions) {
    throw new ApiError(
      'INVALID_ARGUMENT',
      'A policy with conditional role bindings must be set with policy version 3. See https://cloud.google.com/iam/docs/policies#versions.',
    );
  }
}

function checkBinding(
  state: State,
  resource: string,
  { role, members, condition }: PolicyBody['bindings'][number],
): void {
  if (members.length === 0) {
    throw new ApiError(
      'INVALID_ARGUMENT',
      `Binding of role ${role} must have at least one member.`,
    );
  }
  if (!canBeGranted(state, resource, role)) {
    throw new ApiError('INVALID_ARGUMENT', `Role ${role} is not supported for this resource.`);
  }
  for (const member of members) checkMember(state, member);
  if (condition === undefined) return;
  if (/^roles\/(owner|editor|viewer)$/.test(role)) {
    throw new ApiError('INVALID_ARGUMENT', `Conditions cannot be set on the basic role ${role}.`);
  }
  if (members.some((member) => member === 'allUsers' || member === 'allAuthenticatedUsers')) {
    throw new ApiError(
      'INVALID_ARGUMENT',
      'Conditions cannot be set for allUsers or allAuthenticatedUsers.',
    );
  }
  if (!isExpression(condition.expression)) {
    throw new ApiError(
      'INVALID_ARGUMENT',
      `Condition expression is not valid: ${condition.expression}`,
    );
  }
}

/** A custom role can be granted on its own project or organization, and on the resources in it. */
function canBeGranted(state: State, resource: string, role: string): boolean {
  const found = findRole(state, role);
  if (found === undefined || found.deleted) return false;
  const [owner] = role.split('/roles/');
  return (
    owner === undefined || role.startsWith('roles/') || ancestryOf(state, resource).includes(owner)
  );
}

const MEMBER =
  /^(allUsers|allAuthenticatedUsers|(user|serviceAccount|group|deleted:(user|serviceAccount|group)):[^@\s]+@[^@\s]+|serviceAccount:[^\s]+\.svc\.id\.goog\[[^\]]+\]|domain:[^@\s]+|project(Owner|Editor|Viewer):\S+|(deleted:)?principal(Set)?:\/\/\S+)$/;

function checkMember(state: State, member: string): void {
  if (!MEMBER.test(member)) {
    throw new ApiError(
      'INVALID_ARGUMENT',
      `Member ${member} is of an unknown type. Please set a valid type prefix for the member.`,
    );
  }
  const email = /^serviceAccount:(.+)$/.exec(member)?.[1];
  if (email !== undefined && mustExist(state, email) && !findAccount(state, email)) {
    throw new ApiError('INVALID_ARGUMENT', `Service account ${email} does not exist.`);
  }
}

/** No world lists Google's own accounts (service agents, default accounts, GKE workloads), so a policy may name any of them. */
function mustExist(state: State, email: string): boolean {
  const domain = /@([a-z0-9.:-]+)\.iam\.gserviceaccount\.com$/i.exec(email)?.[1];
  if (domain === undefined) return !/@.*gserviceaccount\.com$|\.svc\.id\.goog\[/.test(email);
  const isServiceAgent = domain.startsWith('gcp-sa-') || /^service-\d+@/.test(email);
  return state.projects.has(domain) || !isServiceAgent;
}
