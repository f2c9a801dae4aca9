import type { Job } from '../../state/job.ts';
import type { State } from '../../state/state.ts';
import { publish } from '../pubsub/delivery/backlog.ts';
import { parseSchedule } from './schedule.ts';

/** setTimeout takes no more. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;
const NOT_FOUND = 5;

/**
 * Runs the jobs by the local clock, until it is stopped. When the clock is moved over several runs of a job, that job runs once.
 *
 * @returns how to stop it
 */
export function startScheduler(state: State): () => void {
  let timer: NodeJS.Timeout | undefined;

  function look(): void {
    clearTimeout(timer);
    const now = state.now();
    const enabled = () => [...state.jobs.values()].filter((job) => job.state === 'ENABLED');
    for (const job of enabled()) {
      if (Date.parse(job.scheduleTime) > now.getTime()) continue;
      job.scheduleTime = nextRun(job, now);
      runJob(state, job);
    }
    const next = Math.min(...enabled().map((job) => Date.parse(job.scheduleTime)));
    if (next === Number.POSITIVE_INFINITY) return;
    const waitMs = Math.min(Math.max(next - state.now().getTime(), 0), MAX_TIMEOUT_MS);
    timer = setTimeout(look, waitMs).unref();
  }

  state.clockListeners.add(look);
  look();
  return () => {
    clearTimeout(timer);
    state.clockListeners.delete(look);
  };
}

export const nextRun = ({ schedule }: Pick<Job, 'schedule'>, after: Date): string =>
  (parseSchedule(schedule)?.(after) ?? after).toISOString();

/** One attempt. Google's service agent, which publishes, holds what it needs from the start. */
export function runJob(state: State, job: Job): void {
  const { topicName, data = '', attributes = {} } = job.pubsubTarget;
  job.lastAttemptTime = state.now().toISOString();
  if (state.topics.has(topicName)) {
    delete job.status;
    publish(state, topicName, [{ data, attributes }]);
  } else job.status = { code: NOT_FOUND };
}
