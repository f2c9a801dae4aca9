import { z } from 'zod';
import { message } from '../core/proto.ts';
import { Status } from '../core/status.ts';
import type { Policy, State } from '../state/state.ts';
import { isExpression } from './condition.ts';
import { ancestryOf, findAccount } from './hierarchy.ts';
import { findRole } from './roles.ts';

const Condition = message({
  expression: z.string(),
  title: z.string().exactOptional(),
  description: z.string().exactOptional(),
  location: z.string().exactOptional(),
});
const BindingBody = message({
  role: z.string().default(''),
  members: z.array(z.string()).default([]),
  condition: Condition.exactOptional(),
  bindingId: z.string().exactOptional(), // gcloud's clients know it; nothing answers it
});
export const PolicyBody = message({
  version: z.int().default(0),
  etag: z.string().exactOptional(),
  bindings: z.array(BindingBody).default([]),
  auditConfigs: z.array(z.unknown()).exactOptional(),
  kind: z.string().exactOptional(),
  resourceId: z.string().exactOptional(),
});
export type PolicyBody = z.infer<typeof PolicyBody>;
type BindingBody = z.infer<typeof BindingBody>;

/** @see https://cloud.google.com/iam/quotas */
const MAX_PRINCIPALS = 1500;

/** @throws {Status} 400 on what a policy cannot hold */
export function checkPolicy(
  state: State,
  resource: string,
  policy: PolicyBody,
  current: Policy | undefined,
): void {
  checkVersion(policy, current);
  for (const binding of policy.bindings) checkBinding(state, resource, binding);
  const principals = policy.bindings.reduce((sum, { members }) => sum + members.length, 0);
  if (principals > MAX_PRINCIPALS) {
    throw new Status(
      'INVALID_ARGUMENT',
      `The number of members in the policy (${principals}) is larger than the maximum allowed size ${MAX_PRINCIPALS}.`,
    );
  }
}

export const hasConditions = (policy: { bindings?: readonly { condition?: unknown }[] }): boolean =>
  (policy.bindings ?? []).some(({ condition }) => condition !== undefined);

function checkVersion(policy: PolicyBody, current: Policy | undefined): void {
  if (![0, 1, 3].includes(policy.version)) {
    throw new Status('INVALID_ARGUMENT', `Invalid policy version: ${policy.version}.`);
  }
  if (policy.version === 3) return;
  // Without an etag a version 1 write destroys the conditions, as at Google.
  const losesConditions = current !== undefined && hasConditions(current) && Boolean(policy.etag);
  if (policy.bindings.some(({ condition }) => condition) || losesConditions) {
    throw new Status(
      'INVALID_ARGUMENT',
      'A policy with conditional role bindings must be set with policy version 3. See https://cloud.google.com/iam/docs/policies#versions.',
    );
  }
}

function checkBinding(
  state: State,
  resource: string,
  { role, members, condition }: BindingBody,
): void {
  if (members.length === 0) {
    throw new Status('INVALID_ARGUMENT', `Binding of role ${role} must have at least one member.`);
  }
  if (!isUsable(state, resource, role)) {
    throw new Status('INVALID_ARGUMENT', `Role ${role} is not supported for this resource.`);
  }
  for (const member of members) checkMember(state, member);
  if (condition === undefined) return;
  if (/^roles\/(owner|editor|viewer)$/.test(role)) {
    throw new Status('INVALID_ARGUMENT', `Conditions cannot be set on the basic role ${role}.`);
  }
  if (members.some((member) => member === 'allUsers' || member === 'allAuthenticatedUsers')) {
    throw new Status(
      'INVALID_ARGUMENT',
      'Conditions cannot be set for allUsers or allAuthenticatedUsers.',
    );
  }
  if (!isExpression(condition.expression)) {
    throw new Status(
      'INVALID_ARGUMENT',
      `Condition expression is not valid: ${condition.expression}`,
    );
  }
}

/** A custom role works on its own project or organization, and on what is in it. */
function isUsable(state: State, resource: string, role: string): boolean {
  const found = findRole(state, role);
  if (found === undefined || found.deleted) return false;
  const [owner] = role.split('/roles/');
  return (
    owner === undefined || role.startsWith('roles/') || ancestryOf(state, resource).includes(owner)
  );
}

const KINDS =
  /^(allUsers|allAuthenticatedUsers|(user|serviceAccount|group|deleted:(user|serviceAccount|group)):[^@\s]+@[^@\s]+|serviceAccount:[^\s]+\.svc\.id\.goog\[[^\]]+\]|domain:[^@\s]+|project(Owner|Editor|Viewer):\S+|(deleted:)?principal(Set)?:\/\/\S+)$/;

function checkMember(state: State, member: string): void {
  if (!KINDS.test(member)) {
    throw new Status(
      'INVALID_ARGUMENT',
      `Member ${member} is of an unknown type. Please set a valid type prefix for the member.`,
    );
  }
  const email = /^serviceAccount:(.+)$/.exec(member)?.[1];
  if (email !== undefined && isOurs(state, email) && !findAccount(state, email)) {
    throw new Status('INVALID_ARGUMENT', `Service account ${email} does not exist.`);
  }
}

/** Google's own accounts (service agents, default accounts, workloads of GKE) are in no world, and are there all the same. */
function isOurs(state: State, email: string): boolean {
  const domain = /@([a-z0-9.:-]+)\.iam\.gserviceaccount\.com$/i.exec(email)?.[1];
  if (domain === undefined) return !/@.*gserviceaccount\.com$|\.svc\.id\.goog\[/.test(email);
  const isAgent = domain.startsWith('gcp-sa-') || /^service-\d+@/.test(email);
  return state.projects.has(domain) || !isAgent;
}
