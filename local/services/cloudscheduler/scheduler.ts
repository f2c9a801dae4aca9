import type { Job } from '../../state/job.ts';
import type { State } from '../../state/state.ts';
import { publish } from '../pubsub/delivery/publish.ts';
import { sendRequest } from './http-target.ts';
import { parseSchedule } from './schedule.ts';

/** The longest delay that setTimeout accepts. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;
/** The number of the canonical code. */
const NOT_FOUND = 5;

/**
 * Runs the jobs by the local clock. When the clock jumps over several runs of a job, the job runs once.
 *
 * @returns a function that stops it
 */
export function startScheduler(state: State): () => void {
  let timer: NodeJS.Timeout | undefined;

  function runDueJobs(): void {
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
    timer = setTimeout(runDueJobs, waitMs).unref();
  }

  state.clockListeners.add(runDueJobs);
  runDueJobs();
  return () => {
    clearTimeout(timer);
    state.clockListeners.delete(runDueJobs);
  };
}

export const nextRun = (
  { schedule, timeZone }: Pick<Job, 'schedule' | 'timeZone'>,
  after: Date,
): string => (parseSchedule(schedule, timeZone)?.(after) ?? after).toISOString();

/** One attempt. Google's service agent publishes, and always has the permission to do so. An HTTP request runs on after the return. */
export function runJob(state: State, job: Job): void {
  job.lastAttemptTime = state.now().toISOString();
  if (job.httpTarget) {
    const { httpTarget } = job;
    void sendRequest(state, httpTarget).then((code) => {
      if (code === 0) delete job.status;
      else job.status = { code };
    });
    return;
  }
  const { topicName = '', data = '', attributes = {} } = job.pubsubTarget ?? {};
  if (state.topics.has(topicName)) {
    delete job.status;
    publish(state, topicName, [{ data, attributes }]);
  } else job.status = { code: NOT_FOUND };
}
