import { z } from 'zod';
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
const MAX_GROUPS = 250;
/** Bindings of one role and one member that differ in their conditions. */
const MAX_CONDITIONS = 20;

/** @throws {ApiError} 400 for a policy that Google does not accept */
export function checkPolicy(
  state: State,
  resource: string,
  policy: PolicyBody,
  current: Policy | undefined,
): void {
  checkVersion(policy, current);
  for (const binding of policy.bindings) checkBinding(state, resource, binding);
  checkLimits(policy);
}

/** Each appearance of a member counts, also as an exemption from audit logs. */
function checkLimits({ bindings, auditConfigs = [] }: PolicyBody): void {
  const members = [...bindings.flatMap((one) => one.members), ...exemptedMembers(auditConfigs)];
  const groups = members.filter((member) => member.startsWith('group:'));
  const counted = [
    { what: 'members', count: members.length, max: MAX_MEMBERS },
    { what: 'groups', count: groups.length, max: MAX_GROUPS },
  ].find(({ count, max }) => count > max);
  if (counted) {
    const { what, count, max } = counted;
    throw new ApiError(
      'INVALID_ARGUMENT',
      `The number of ${what} in the policy (${count}) is larger than the maximum allowed size ${max}.`,
    );
  }
  const conditional = bindings
    .filter(({ condition }) => condition)
    .flatMap(({ role, members: named }) => named.map((member) => `${role} ${member}`));
  const most = [...Map.groupBy(conditional, (one) => one).values()].find(
    (same) => same.length > MAX_CONDITIONS,
  );
  if (most) {
    throw new ApiError(
      'INVALID_ARGUMENT',
      `A policy has at most ${MAX_CONDITIONS} bindings of one role and one member with different conditions.`,
    );
  }
}

const AuditConfig = z.looseObject({
  auditLogConfigs: z
    .array(z.looseObject({ exemptedMembers: z.array(z.string()).default([]) }))
    .default([]),
});

const exemptedMembers = (auditConfigs: readonly unknown[]): string[] =>
  auditConfigs.flatMap((config) =>
    (AuditConfig.safeParse(config).data?.auditLogConfigs ?? []).flatMap(
      (one) => one.exemptedMembers,
    ),
  );

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
  if (members.length === 0) return; // Google drops such a binding
  if (!canBeGranted(state, resource, role)) {
    throw new ApiError('INVALID_ARGUMENT', `Role ${role} is not supported for this resource.`);
  }
  for (const member of members) checkMember(state, member);
  if (isContainer(resource) && members.some(isEveryone)) {
    throw new ApiError(
      'INVALID_ARGUMENT',
      `Members ${members.filter(isEveryone).join(', ')} are not supported for this resource.`,
    );
  }
  if (condition === undefined) return;
  if (/^roles\/(owner|editor|viewer)$/.test(role)) {
    throw new ApiError('INVALID_ARGUMENT', `Conditions cannot be set on the basic role ${role}.`);
  }
  if (members.some(isEveryone)) {
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

const isEveryone = (member: string): boolean =>
  member === 'allUsers' || member === 'allAuthenticatedUsers';

const isContainer = (resource: string): boolean =>
  /^(projects|folders|organizations)\/[^/]+$/.test(resource);

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
