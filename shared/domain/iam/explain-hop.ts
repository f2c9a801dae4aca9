import { partsOf, withRefusal } from './condition/condition.ts';
import type { Denial } from './deny-rules.ts';
import type { CheckedBinding, Evaluation } from './evaluate-hop.ts';
import type { Binding } from './policy.ts';
import type { Truth } from './three-valued.ts';

/** One binding, deny rule or unread resource, and why it does or does not grant the hop. */
export type Reason = {
  readonly helps: Truth | 'denies';
  /** The name of a resource or of a deny policy. */
  readonly where: string;
  readonly binding?: Binding;
  readonly because: string;
  /** The parts of the condition, each with its value. */
  readonly parts: readonly { readonly text: string; readonly value: Truth }[];
};

/**
 * Why a hop is in its state: one reason for each checked binding, each deny rule for its permission, and each unread resource.
 * `others` is the number of bindings that were not relevant.
 */
export function reasonsOf(
  { checkedBindings, others, denials, unread }: Evaluation,
  now: Date,
): { readonly reasons: Reason[]; readonly others: number } {
  const reasons = [
    ...checkedBindings.map((checked): Reason => {
      const { resource: where, binding, grants } = checked;
      const { condition } = binding;
      const parts = condition ? partsOf(condition, now) : [];
      return { helps: grants, where, binding, because: explainBinding(checked), parts };
    }),
    ...denials.map(
      (denial): Reason => ({
        helps: denial.denies === 'yes' ? 'denies' : denial.denies,
        where: denial.policy,
        because: explainDenial(denial),
        parts: [],
      }),
    ),
    ...unread.map(
      (where): Reason => ({ helps: 'unknown', where, because: 'was not read', parts: [] }),
    ),
  ];
  return { reasons, others };
}

function explainBinding({ role, member, condition, binding }: CheckedBinding): string {
  if (role === 'no') return 'its role does not have the permission';
  if (member === 'no') return 'the account is not a member';
  if (condition === 'no') return 'its condition does not hold';
  if (role === 'unknown') return 'its role could not be read';
  if (member === 'unknown') return 'whether the account is a member is unknown';
  if (condition === 'unknown') {
    return withRefusal('whether its condition holds is unknown', binding.condition);
  }
  return 'it grants the permission';
}

function explainDenial({ rule, denies, member, condition, when, boundary }: Denial): string {
  if (boundary !== undefined) return boundary;
  if (denies === 'unknown') {
    return withRefusal(`whether rule ${rule} denies the permission is unknown`, when);
  }
  if (member === 'no') return `rule ${rule} does not deny this account`;
  if (condition === 'no') return `the condition of rule ${rule} does not hold`;
  return `rule ${rule} denies the permission`;
}
