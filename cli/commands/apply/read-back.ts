import type { Plan } from '../../../shared/domain/apply/plan.ts';
import type { Waits } from '../../../shared/domain/basics/backoff.ts';
import { err, ok } from '../../../shared/domain/basics/result.ts';
import { converge } from '../../operator/converge.ts';
import type { OpenedPlan } from '../plan/make-plan.ts';

/**
 * Reads everything again until nothing is left to do, for at most one minute, because reads of Secret Manager may be stale.
 *
 * @returns the rest of the plan
 */
export async function readBack(
  { file, replan }: Pick<OpenedPlan, 'file' | 'replan'>,
  waits: Waits,
  signal: AbortSignal,
): Promise<Plan> {
  let last: Plan = { steps: [], obstacles: [], notes: [] };
  await converge(
    async () => {
      last = (await replan(file)).plan;
      const isLeft = last.steps.length > 0 || last.obstacles.length > 0;
      return isLeft
        ? err({ reason: 'etag-stale', detail: 'the read does not show the write yet' })
        : ok(undefined);
    },
    () => false,
    signal,
    waits,
  );
  return last;
}
