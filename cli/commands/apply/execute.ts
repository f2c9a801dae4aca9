import pLimit from 'p-limit';
import type { Step } from '../../../shared/domain/apply/step.ts';

import type { Progress } from '../../terminal/progress.ts';
import { type JobContext, jobsOf, type StepOutcome } from './jobs.ts';

/** The number of resources that are written at the same time. IAM's quota is 600 writes a minute. */
const AT_ONCE = 8;

/** Does every step, in waves. After a failure, only the steps that depend on the failed one cannot succeed. */
export async function execute(
  steps: readonly Step[],
  context: JobContext,
  progress: Progress,
): Promise<StepOutcome[]> {
  const limit = pLimit(AT_ONCE);
  const done: StepOutcome[] = [];
  for (const wave of jobsOf(steps)) {
    await limit.map(wave, async (job) => {
      if (context.signal.aborted) return;
      const outcomes = await job(context);
      done.push(...outcomes);
      progress.update(done.length, outcomes.at(-1)?.step.resource ?? '');
    });
  }
  return done;
}

/** What was refused, and what to do about it. */
export function refusalText({ step, outcome }: StepOutcome): string | undefined {
  if (outcome.ok) return undefined;
  const { reason, detail, permission, constraint, api, violation } = outcome.error;
  const what = step.do === 'add-member' ? `${step.member} as ${step.role}` : step.do;
  const because = (() => {
    if (constraint !== undefined)
      return `the organization policy ${constraint} forbids it: ask the owner of that policy, or name another member`;
    if (api) return `the API ${api.service} is not enabled`;
    if (permission !== undefined) return `you need ${permission}`;
    if (reason === 'etag-stale') return 'others kept changing it: run apply again';
    if (reason === 'cloud-busy') return `${detail}: run apply again`;
    return violation === undefined ? detail : `${detail}: ${violation}`;
  })();
  return `${step.resource}: ${what}: ${because}`;
}
