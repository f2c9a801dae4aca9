import { sameText } from './member-spelling.ts';
import type { Binding, Condition } from './policy.ts';

/**
 * An allow policy exactly as Google gave it, for a read-modify-write: conditions, audit configurations, and whatever else it holds that
 * we know nothing of, go back as they came.
 *
 * @see https://cloud.google.com/iam/docs/reference/rest/v1/Policy
 */
export type PolicyDocument = {
  readonly etag: string;
  readonly bindings?: readonly Binding[];
  readonly [other: string]: unknown;
};

/** One member of one binding, that is to be. */
export type Addition = {
  readonly role: string;
  readonly member: string;
  readonly condition?: Condition;
};

/** What a policy is written with once any binding of it has a condition; and it is no fault where none has. */
const VERSION = 3;

/** Google counts each occurrence. @see https://cloud.google.com/iam/quotas */
const MEMBERS_MAX = 1500;
const GROUPS_MAX = 250;

/** Role and condition are a binding's identity: a member never goes into a binding of another condition. */
const isOf = ({ role, condition }: Addition, binding: Binding): boolean =>
  binding.role === role &&
  binding.condition?.expression === condition?.expression &&
  (binding.condition?.title ?? '') === (condition?.title ?? '') &&
  (binding.condition?.description ?? '') === (condition?.description ?? '');

export const holdsMember = ({ members }: Binding, member: string): boolean =>
  members.some((held) => sameText(held, member));

export const holdsAddition = ({ bindings = [] }: PolicyDocument, addition: Addition): boolean =>
  bindings.some((binding) => isOf(addition, binding) && holdsMember(binding, addition.member));

/** The same policy with more members. What stands already is not added again; nothing else is touched, and nothing moved. */
export function withMembers(
  policy: PolicyDocument,
  additions: readonly Addition[],
): PolicyDocument {
  const bindings = [...(policy.bindings ?? [])];
  for (const addition of additions) {
    const at = bindings.findIndex((binding) => isOf(addition, binding));
    const binding = bindings[at];
    if (!binding) {
      const { role, member, condition } = addition;
      bindings.push({ role, members: [member], ...(condition && { condition }) });
    } else if (!holdsMember(binding, addition.member)) {
      bindings[at] = { ...binding, members: [...binding.members, addition.member] };
    }
  }
  return { ...policy, bindings, version: VERSION };
}

/** Why a policy would be too large for Google; none when it fits. */
export function overflowOf({ bindings = [] }: PolicyDocument): string | undefined {
  const members = bindings.flatMap((binding) => binding.members);
  const groups = members.filter((member) => member.startsWith('group:')).length;
  if (members.length > MEMBERS_MAX) {
    return `its policy would name ${members.length} members, and ${MEMBERS_MAX} are the most that IAM takes`;
  }
  return groups > GROUPS_MAX
    ? `its policy would name ${groups} groups, and ${GROUPS_MAX} are the most that IAM takes`
    : undefined;
}
