import { isSameMemberText } from './member.ts';
import type { Binding, Condition } from './policy.ts';

/**
 * An allow policy exactly as Google returned it, for a read-modify-write. Conditions, audit configurations and fields that we do not
 * know are written back unchanged.
 *
 * @see https://cloud.google.com/iam/docs/reference/rest/v1/Policy
 */
export type PolicyDocument = {
  readonly etag: string;
  readonly bindings?: readonly Binding[];
  readonly [other: string]: unknown;
};

/** One member to add to one binding. */
export type Addition = {
  readonly role: string;
  readonly member: string;
  readonly condition?: Condition;
};

/** The version that Google requires if a binding has a condition. It is valid for a policy without conditions too. */
const VERSION = 3;

/** Google counts a member once for each binding that has it. @see https://cloud.google.com/iam/quotas */
const MEMBERS_MAX = 1500;
const GROUPS_MAX = 250;
/** Bindings of one role and one member that differ only in their conditions. */
const CONDITIONS_MAX = 20;

/** Role and condition identify a binding. A member must not go into a binding with another condition. */
const belongsTo = ({ role, condition }: Addition, binding: Binding): boolean =>
  binding.role === role &&
  binding.condition?.expression === condition?.expression &&
  (binding.condition?.title ?? '') === (condition?.title ?? '') &&
  (binding.condition?.description ?? '') === (condition?.description ?? '');

export const hasMember = ({ members }: Binding, member: string): boolean =>
  members.some((existing) => isSameMemberText(existing, member));

export const hasAddition = ({ bindings = [] }: PolicyDocument, addition: Addition): boolean =>
  bindings.some((binding) => belongsTo(addition, binding) && hasMember(binding, addition.member));

/** The same policy with more members. A member that is already there is not added again. Nothing else is changed or moved. */
export function withMembers(
  policy: PolicyDocument,
  additions: readonly Addition[],
): PolicyDocument {
  const bindings = [...(policy.bindings ?? [])];
  for (const addition of additions) {
    const at = bindings.findIndex((binding) => belongsTo(addition, binding));
    const binding = bindings[at];
    if (!binding) {
      const { role, member, condition } = addition;
      bindings.push({ role, members: [member], ...(condition && { condition }) });
    } else if (!hasMember(binding, addition.member)) {
      bindings[at] = { ...binding, members: [...binding.members, addition.member] };
    }
  }
  return { ...policy, bindings, version: VERSION };
}

/** Why Google would refuse the policy as too large; `undefined` if it fits. */
export function overflowOf({ bindings = [] }: PolicyDocument): string | undefined {
  const members = bindings.flatMap((binding) => binding.members);
  const groups = members.filter((member) => member.startsWith('group:')).length;
  if (members.length > MEMBERS_MAX) {
    return `its policy would have ${members.length} members, and IAM accepts at most ${MEMBERS_MAX}`;
  }
  if (groups > GROUPS_MAX) {
    return `its policy would have ${groups} groups, and IAM accepts at most ${GROUPS_MAX}`;
  }
  const conditional = bindings
    .filter(({ condition }) => condition)
    .flatMap(({ role, members }) => members.map((member) => ({ role, member })));
  const most = [
    ...Map.groupBy(conditional, ({ role, member }) => JSON.stringify([role, member])).values(),
  ].find((same) => same.length > CONDITIONS_MAX);
  return most?.[0]
    ? `${most[0].member} would have ${most[0].role} in ${most.length} bindings with conditions, and IAM accepts at most ${CONDITIONS_MAX}`
    : undefined;
}
