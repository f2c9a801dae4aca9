import type { ChainFile } from '../chain/chain.ts';
import type { Condition } from '../iam/policy.ts';

const DAY_MS = 86_400_000;

/** A condition that is nothing but an end, as `grantFor` writes it, and as people do. */
const END = /^\s*request\.time\s*<\s*timestamp\(\s*(?:"([^"]+)"|'([^']+)')\s*\)\s*$/;

/** When a condition that is nothing but an end ends; none for any other condition. */
export function endOf({ expression }: Condition): Date | undefined {
  const [, double, single] = END.exec(expression) ?? [];
  const at = new Date(double ?? single ?? '');
  return Number.isNaN(at.getTime()) ? undefined : at;
}

/** The condition of a grant that begins now: it ends at a midnight, so that two plans of one day are the same. */
export function conditionFor(grantForSeconds: number, now: Date): Condition {
  const end = Math.ceil((now.getTime() + grantForSeconds * 1000) / DAY_MS) * DAY_MS;
  const text = new Date(end).toISOString().replace('.000Z', 'Z');
  return {
    title: `hopmint until ${text.slice(0, 10)}`,
    expression: `request.time < timestamp("${text}")`,
  };
}

/**
 * How long before its end a grant is to be renewed: the last third of `grantFor`. `plan` adds the next one from then on, and an audit has
 * reason to warn. None without `grantFor`.
 */
export const renewBeforeSeconds = ({
  grantForSeconds,
}: Pick<ChainFile, 'grantForSeconds'>): number | undefined =>
  grantForSeconds === undefined ? undefined : grantForSeconds / 3;
