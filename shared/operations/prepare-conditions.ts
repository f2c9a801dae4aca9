import { everHolds } from '../domain/iam/condition/condition.ts';
import type { Snapshot } from '../domain/iam/snapshot.ts';

/**
 * Evaluates every condition once, and lets other work run before each. The report then finds the values in a cache. Without this step, the
 * conditions of one policy could stop the process for longer than 100 ms.
 */
export async function prepareConditions(
  { policies, denyPolicies }: Pick<Snapshot, 'policies' | 'denyPolicies'>,
  now: Date,
): Promise<void> {
  const bindings = [...policies.values()].flatMap((policy) => policy.bindings);
  const rules = [...denyPolicies.values()].flat().flatMap((policy) => policy.rules);
  for (const { condition } of [...bindings, ...rules]) {
    if (!condition) continue;
    await new Promise((resolve) => setImmediate(resolve));
    everHolds(condition, now);
  }
}
