import { gcloudList } from '../basics/shell-line.ts';
import type { Condition } from '../iam/policy.ts';

/**
 * The `--condition` flag of `add-iam-policy-binding` and `remove-iam-policy-binding`. Without a condition it is `None`: when the policy
 * has conditions, gcloud asks, or refuses, without the flag.
 *
 * gcloud finds the binding to remove by the whole condition, and takes no condition without a title.
 *
 * @see `gcloud topic escaping`
 */
export function conditionFlag(condition: Condition | undefined): string {
  if (!condition) return '--condition=None';
  const { expression, title, description } = condition;
  return `--condition=${gcloudList([
    `expression=${expression}`,
    `title=${title ?? ''}`,
    ...(description ? [`description=${description}`] : []),
  ])}`;
}
