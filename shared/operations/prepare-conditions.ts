import { everHolds, intervalsOf, NOTHING } from '../domain/iam/condition/condition.ts';
import { aheadOf } from '../domain/iam/hop-over-time.ts';
import type { Snapshot } from '../domain/iam/snapshot.ts';

/**
 * Evaluates every condition once, and lets other work run before each. The report then finds the values in a cache. Without this step, the
 * conditions of one policy could stop the process for longer than 100 ms.
 */
export async function prepareConditions(
  { policies, denyPolicies, accounts }: Pick<Snapshot, 'policies' | 'denyPolicies' | 'accounts'>,
  now: Date,
): Promise<void> {
  const bindings = [...policies.values()].flatMap((policy) => policy.bindings);
  const rules = [...denyPolicies.values()].flat().flatMap((policy) => policy.rules);
  for (const { condition } of [...bindings, ...rules]) {
    if (!condition) continue;
    await pause();
    everHolds(condition, now);
  }
  // Only a binding that names an account can make a hop `ok`.
  const members = new Set(
    [...accounts.values()].flatMap((account) =>
      account === 'missing' ? [] : `serviceAccount:${account.email}`,
    ),
  );
  for (const binding of bindings) {
    if (!binding.condition || !binding.members.some((member) => members.has(member))) continue;
    await pause();
    intervalsOf(binding.condition, NOTHING, ...aheadOf(now));
  }
}

const pause = () => new Promise((resolve) => setImmediate(resolve));
