import { gcloudList } from '../basics/text/shell-line.ts';
import type { Condition } from '../iam/policy.ts';

/**
 * The `--condition` flag of `add-iam-policy-binding` and `remove-iam-policy-binding`. For a grant without a condition it is `None`: if the
 * policy has other conditions, gcloud asks for the flag, or fails without it.
 *
 * gcloud finds the binding to remove by the whole condition. It does not accept a condition without a title.
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
