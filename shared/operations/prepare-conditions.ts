import { everHolds, intervalsOf, NOTHING } from '../domain/iam/condition/condition.ts';
import { aheadOf } from '../domain/iam/hop-over-time.ts';
import type { Condition } from '../domain/iam/policy.ts';
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
  for (const condition of differentIn([...bindings, ...rules])) {
    await pause();
    everHolds(condition, now);
  }
  // Only a binding that names an account can make a hop `ok`.
  const members = new Set(
    [...accounts.values()].flatMap((account) =>
      account === 'missing' ? [] : `serviceAccount:${account.email}`,
    ),
  );
  const decisive = bindings.filter((binding) => binding.members.some((one) => members.has(one)));
  for (const condition of differentIn(decisive)) {
    await pause();
    intervalsOf(condition, NOTHING, ...aheadOf(now));
  }
}

/** One condition of each expression. Conditions with the same expression share what is computed. */
function differentIn(all: readonly { readonly condition?: Condition }[]): Iterable<Condition> {
  const conditions = all.flatMap(({ condition }) => condition ?? []);
  return new Map(conditions.map((condition) => [condition.expression, condition])).values();
}

const pause = () => new Promise((resolve) => setImmediate(resolve));
