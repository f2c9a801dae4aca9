import type { Subscription } from '../../../state/pubsub.ts';
import type { State } from '../../../state/state.ts';
import { backlogOf } from './backlog.ts';
import { acknowledgeMessage, expireDeadlines, nack, takeNext } from './outstanding.ts';
import { openPushClient } from './push-client.ts';
import { pushRequest } from './push-request.ts';

/** For one subscription. */
const MAX_CONCURRENT_PUSHES = 20;
const MIN_PAUSE_MS = 100;
const MAX_PAUSE_MS = 60_000;
/** The longest delay that setTimeout accepts. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** Any other status is a nack, and so is no response before the deadline. @see https://cloud.google.com/pubsub/docs/push#receive_push */
const ACKNOWLEDGING_STATUSES = new Set([102, 200, 201, 202, 204]);

export type PushLoop = {
  /** Resolves when no push is in progress. Messages that wait for their backoff do not count. */
  idle(): Promise<void>;
  close(): Promise<void>;
};

/** Pushes each due message to the endpoint of its push subscription, by the local clock, until `close`. */
export function startPushing(state: State): PushLoop {
  const client = openPushClient();
  const inProgress = new Map<string, { done: Promise<void>; abort: AbortController }>();
  const timers = new Map<string, NodeJS.Timeout>();
  let closed = false;

  /** Does the due work of one subscription, and sets a timer for its next work. */
  function work(name: string): void {
    clearTimeout(timers.get(name));
    const subscription = state.subscriptions.get(name);
    if (closed || !subscription) return;
    for (const ackId of expireDeadlines(state, subscription)) {
      inProgress.get(ackId)?.abort.abort();
      lengthenPause(state, name);
    }
    if (subscription.pushConfig.pushEndpoint) pushDue(subscription);
    const nextWork = nextWorkTime(state, subscription);
    if (nextWork === undefined) return;
    const waitMs = Math.min(Math.max(nextWork - state.now().getTime(), 0), MAX_TIMEOUT_MS);
    timers.set(name, setTimeout(work, waitMs, name).unref());
  }

  function pushDue(subscription: Subscription): void {
    const backlog = backlogOf(state, subscription.name);
    while (
      backlog.outstanding.size < MAX_CONCURRENT_PUSHES &&
      backlog.pausedUntil <= state.now().getTime()
    ) {
      const taken = takeNext(state, subscription);
      if (!taken) return;
      const abort = new AbortController();
      const done = push(subscription, taken, abort.signal);
      inProgress.set(taken.ackId, { done, abort });
    }
  }

  async function push(
    subscription: Subscription,
    { ackId, pending }: NonNullable<ReturnType<typeof takeNext>>,
    signal: AbortSignal,
  ): Promise<void> {
    const request = await pushRequest(state, subscription, pending);
    const status = request ? await client.post(request, signal) : 0;
    inProgress.delete(ackId);
    if (closed) return;
    if (ACKNOWLEDGING_STATUSES.has(status)) {
      if (acknowledgeMessage(state, subscription.name, ackId))
        shortenPause(state, subscription.name);
    } else if (nack(state, subscription, ackId)) lengthenPause(state, subscription.name);
    work(subscription.name);
  }

  const workEverywhere = () => {
    for (const name of state.subscriptions.keys()) work(name);
  };
  state.arrivalListeners.add(work);
  state.clockListeners.add(workEverywhere);
  workEverywhere();

  return {
    async idle() {
      while (inProgress.size > 0) {
        await Promise.race([...inProgress.values()].map(({ done }) => done));
      }
    },
    async close() {
      closed = true;
      state.arrivalListeners.delete(work);
      state.clockListeners.delete(workEverywhere);
      for (const timer of timers.values()) clearTimeout(timer);
      for (const { abort } of inProgress.values()) abort.abort();
      await Promise.all([...inProgress.values()].map(({ done }) => done));
      client.close();
    },
  };
}

/**
 * After a failed push Google pauses the whole subscription, for 100 ms to 60 s. Each failure doubles the pause, and each success
 * halves it.
 *
 * @see https://cloud.google.com/pubsub/docs/push#push_backoff
 */
function lengthenPause(state: State, subscription: string): void {
  const backlog = backlogOf(state, subscription);
  backlog.pauseMs = Math.min(Math.max(backlog.pauseMs * 2, MIN_PAUSE_MS), MAX_PAUSE_MS);
  backlog.pausedUntil = state.now().getTime() + backlog.pauseMs;
}

function shortenPause(state: State, subscription: string): void {
  const backlog = backlogOf(state, subscription);
  backlog.pauseMs = backlog.pauseMs > MIN_PAUSE_MS ? backlog.pauseMs / 2 : 0;
}

/** When a deadline passes, or when the next message is due and can be pushed. */
function nextWorkTime(state: State, { name, pushConfig }: Subscription): number | undefined {
  const { waiting, outstanding, pausedUntil } = backlogOf(state, name);
  const deadlines = [...outstanding.values()].map(({ deadline }) => deadline);
  const next = waiting.peek();
  const canPush = next && pushConfig.pushEndpoint && outstanding.size < MAX_CONCURRENT_PUSHES;
  const times = canPush ? [...deadlines, Math.max(next.dueAt, pausedUntil)] : deadlines;
  return times.length > 0 ? times.reduce((a, b) => Math.min(a, b)) : undefined;
}
