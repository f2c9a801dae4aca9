import type { ChainFile } from '../chain/chain.ts';
import type { Condition } from '../iam/policy.ts';

const DAY_MS = 86_400_000;

/** A condition that consists only of an end, as `grantFor` and people write it. */
const END = /^\s*request\.time\s*<\s*timestamp\(\s*(?:"([^"]+)"|'([^']+)')\s*\)\s*$/;

/** The end of a condition that consists only of an end; `undefined` for any other condition. */
export function endOf({ expression }: Condition): Date | undefined {
  const [, double, single] = END.exec(expression) ?? [];
  const at = new Date(double ?? single ?? '');
  return Number.isNaN(at.getTime()) ? undefined : at;
}

/** The condition of a new grant. It ends at midnight, so that two plans of one day are equal. */
export function conditionFor(grantForSeconds: number, now: Date): Condition {
  const end = Math.ceil((now.getTime() + grantForSeconds * 1000) / DAY_MS) * DAY_MS;
  const text = new Date(end).toISOString().replace('.000Z', 'Z');
  return {
    title: `hopmint until ${text.slice(0, 10)}`,
    expression: `request.time < timestamp("${text}")`,
  };
}

/**
 * How long before its end a grant must be renewed: the last third of `grantFor`. In that time `plan` adds a new grant, and the audit
 * reports the end. `undefined` without `grantFor`.
 */
export const renewBeforeSeconds = ({
  grantForSeconds,
}: Pick<ChainFile, 'grantForSeconds'>): number | undefined =>
  grantForSeconds === undefined ? undefined : grantForSeconds / 3;
