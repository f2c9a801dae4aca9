import { partsOf } from './condition.ts';
import type { Evaluation, Look } from './evaluate.ts';
import type { Binding } from './policy.ts';
import type { Truth } from './three-valued.ts';

/** One thing that an evaluation looked at, and why it does or does not help. */
export type Reason = {
  readonly helps: Truth | 'denies';
  /** A resource, or a deny policy. */
  readonly where: string;
  readonly binding?: Binding;
  readonly because: string;
  /** Each part of the condition with its value. */
  readonly parts: readonly { readonly text: string; readonly value: Truth }[];
};

/**
 * Why a hop is in its state: every binding whose role or whose members come into question, and every deny rule for its permission.
 * `others` are bindings of other roles for other members.
 */
export function reasonsOf(
  { looks, others, denials, gaps }: Evaluation,
  now: Date,
): { readonly reasons: Reason[]; readonly others: number } {
  const reasons = [
    ...looks.map((look): Reason => {
      const { resource: where, binding, grants } = look;
      const { condition } = binding;
      const parts = condition ? partsOf(condition, now) : [];
      return { helps: grants, where, binding, because: becauseOf(look), parts };
    }),
    ...denials.map(({ policy, rule, denies, member, condition }): Reason => {
      const what =
        member === 'no' ? 'is for others' : condition === 'no' ? 'does not apply' : 'applies';
      return {
        helps: denies === 'yes' ? 'denies' : denies === 'no' ? 'no' : 'unknown',
        where: policy,
        because: `rule ${rule} ${denies === 'unknown' ? 'cannot be decided' : what}`,
        parts: [],
      };
    }),
    ...gaps.map(
      (where): Reason => ({ helps: 'unknown', where, because: 'was not read', parts: [] }),
    ),
  ];
  return { reasons, others };
}

function becauseOf({ role, member, condition }: Look): string {
  if (role === 'no') return 'its role does not hold the permission';
  if (member === 'no') return 'it is for others';
  if (condition === 'no') return 'its condition does not hold';
  if (role === 'unknown') return 'its role could not be read';
  if (member === 'unknown') return 'who its members are is not told';
  if (condition === 'unknown') return 'its condition cannot be decided';
  return 'it grants the permission';
}
