import { PriorityQueue } from '../../../state/priority-queue.ts';
import type { Backlog, PendingMessage } from '../../../state/pubsub.ts';
import type { State } from '../../../state/state.ts';

/** @param subscription its name */
export const backlogOf = (state: State, subscription: string): Backlog => {
  const backlog = state.backlogs.get(subscription) ?? emptyBacklog();
  state.backlogs.set(subscription, backlog);
  return backlog;
};

const emptyBacklog = (): Backlog => ({
  waiting: new PriorityQueue<PendingMessage>(({ dueAt }) => dueAt),
  outstanding: new Map(),
  pauseMs: 0,
  pausedUntil: 0,
});
