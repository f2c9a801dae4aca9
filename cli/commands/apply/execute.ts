import pLimit from 'p-limit';
import type { Step } from '../../../shared/domain/apply/step.ts';

import type { Progress } from '../../terminal/progress.ts';
import { type Done, type JobContext, jobsOf } from './jobs.ts';

/** Resources written to at once: IAM's quota of writes is 600 a minute. */
const AT_ONCE = 8;

/** Does every step, in waves. What fails keeps nothing else from being done, but what builds on it. */
export async function execute(
  steps: readonly Step[],
  context: JobContext,
  progress: Progress,
): Promise<Done[]> {
  const limit = pLimit(AT_ONCE);
  const done: Done[] = [];
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

/** A failure for whoever applies: what was refused, and what to do. */
export function troubleOf({ step, outcome }: Done): string | undefined {
  if (outcome.ok) return undefined;
  const { reason, detail, permission, constraint, api } = outcome.error;
  const what = step.do === 'add-member' ? `${step.member} as ${step.role}` : step.do;
  const because = (() => {
    if (constraint !== undefined)
      return `the organization policy ${constraint} forbids it: ask who keeps that policy, or name another member`;
    if (api) return `the API ${api.service} is not enabled`;
    if (permission !== undefined) return `you need ${permission}`;
    if (reason === 'etag-stale') return 'others change it all the time: run apply again';
    if (reason === 'cloud-busy') return `${detail}: run apply again`;
    if (reason === 'policy-refused' && step.do === 'add-member')
      return `${detail}: see that the member is there, and is written as IAM writes it`;
    return detail;
  })();
  return `${step.resource}: ${what}: ${because}`;
}
