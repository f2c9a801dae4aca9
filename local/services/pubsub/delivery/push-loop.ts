import type { Subscription } from '../../../state/pubsub.ts';
import type { State } from '../../../state/state.ts';
import { acknowledge, backlogOf, expire, nack, take } from './backlog.ts';
import { type Endpoint, openEndpoint, pushRequest } from './push-request.ts';

/** Pushes under way at once, for one subscription. */
const MAX_IN_FLIGHT = 20;
const MIN_PAUSE_MS = 100;
const MAX_PAUSE_MS = 60_000;
/** setTimeout takes no more. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** Any other status, and no answer within the deadline, is a nack. @see https://cloud.google.com/pubsub/docs/push#receive_push */
const ACKNOWLEDGES = new Set([102, 200, 201, 202, 204]);

export type Delivery = {
  /** Settles when nothing is being pushed. What waits for its backoff is not waited for. */
  idle(): Promise<void>;
  close(): Promise<void>;
};

/** Pushes what is due to the endpoints of push subscriptions, by the local clock, from now until it is closed. */
export function startDelivery(state: State): Delivery {
  const endpoint: Endpoint = openEndpoint();
  const inFlight = new Map<string, { done: Promise<void>; abort: AbortController }>();
  const timers = new Map<string, NodeJS.Timeout>();
  let closed = false;

  /** Does what is due for one subscription, and comes back when the next thing is. */
  function look(name: string): void {
    clearTimeout(timers.get(name));
    const subscription = state.subscriptions.get(name);
    if (closed || !subscription) return;
    for (const ackId of expire(state, subscription)) {
      inFlight.get(ackId)?.abort.abort();
      slowDown(state, name);
    }
    if (subscription.pushConfig.pushEndpoint) pushDue(subscription);
    const at = nextInstant(state, subscription);
    if (at === undefined) return;
    const waitMs = Math.min(Math.max(at - state.now().getTime(), 0), MAX_TIMEOUT_MS);
    timers.set(name, setTimeout(look, waitMs, name).unref());
  }

  function pushDue(subscription: Subscription): void {
    const backlog = backlogOf(state, subscription.name);
    while (
      backlog.outstanding.size < MAX_IN_FLIGHT &&
      backlog.pausedUntil <= state.now().getTime()
    ) {
      const taken = take(state, subscription);
      if (!taken) return;
      const abort = new AbortController();
      const done = push(subscription, taken, abort.signal);
      inFlight.set(taken.ackId, { done, abort });
    }
  }

  async function push(
    subscription: Subscription,
    { ackId, pending }: NonNullable<ReturnType<typeof take>>,
    signal: AbortSignal,
  ): Promise<void> {
    const request = await pushRequest(state, subscription, pending);
    const status = request ? await endpoint.post(request, signal) : 0;
    inFlight.delete(ackId);
    if (closed) return;
    if (ACKNOWLEDGES.has(status)) {
      if (acknowledge(state, subscription.name, ackId)) speedUp(state, subscription.name);
    } else if (nack(state, subscription, ackId)) slowDown(state, subscription.name);
    look(subscription.name);
  }

  const lookEverywhere = () => {
    for (const name of state.subscriptions.keys()) look(name);
  };
  state.arrivalListeners.add(look);
  state.clockListeners.add(lookEverywhere);
  lookEverywhere();

  return {
    async idle() {
      while (inFlight.size > 0) await Promise.race([...inFlight.values()].map(({ done }) => done));
    },
    async close() {
      closed = true;
      state.arrivalListeners.delete(look);
      state.clockListeners.delete(lookEverywhere);
      for (const timer of timers.values()) clearTimeout(timer);
      for (const { abort } of inFlight.values()) abort.abort();
      await Promise.all([...inFlight.values()].map(({ done }) => done));
      endpoint.close();
    },
  };
}

/**
 * Google pauses a whole subscription when pushes fail, for 100 ms to 60 s: twice as long with each failure, half as long with each success.
 *
 * @see https://cloud.google.com/pubsub/docs/push#push_backoff
 */
function slowDown(state: State, subscription: string): void {
  const backlog = backlogOf(state, subscription);
  backlog.pauseMs = Math.min(Math.max(backlog.pauseMs * 2, MIN_PAUSE_MS), MAX_PAUSE_MS);
  backlog.pausedUntil = state.now().getTime() + backlog.pauseMs;
}

function speedUp(state: State, subscription: string): void {
  const backlog = backlogOf(state, subscription);
  backlog.pauseMs = backlog.pauseMs > MIN_PAUSE_MS ? backlog.pauseMs / 2 : 0;
}

/** When there is something to do: a deadline passes, or a message is due and may be pushed. */
function nextInstant(state: State, { name, pushConfig }: Subscription): number | undefined {
  const { waiting, outstanding, pausedUntil } = backlogOf(state, name);
  const deadlines = [...outstanding.values()].map(({ deadline }) => deadline);
  const next = waiting.peek();
  const isPushable = next && pushConfig.pushEndpoint && outstanding.size < MAX_IN_FLIGHT;
  const instants = isPushable ? [...deadlines, Math.max(next.dueAt, pausedUntil)] : deadlines;
  return instants.length > 0 ? instants.reduce((a, b) => Math.min(a, b)) : undefined;
}
