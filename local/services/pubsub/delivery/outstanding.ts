import { randomUUID } from 'node:crypto';
import type { PendingMessage, Subscription } from '../../../state/pubsub.ts';
import type { State } from '../../../state/state.ts';
import { backlogOf } from './backlog.ts';
import { moveToDeadLetterTopic } from './dead-letter.ts';

const NO_BACKOFF = { minimumBackoff: 0, maximumBackoff: 0 };

/** The next message that is due. It is then outstanding until its acknowledgement deadline. */
export function takeNext(
  state: State,
  subscription: Subscription,
): { ackId: string; pending: PendingMessage } | undefined {
  const backlog = backlogOf(state, subscription.name);
  const now = state.now().getTime();
  for (
    let next = backlog.waiting.peek();
    next && next.dueAt <= now;
    next = backlog.waiting.peek()
  ) {
    backlog.waiting.pop();
    const ageMs = now - Date.parse(next.message.publishTime);
    if (ageMs > subscription.messageRetentionSeconds * 1000) continue;
    const pending = { ...next, attempts: next.attempts + 1 };
    const ackId = randomUUID();
    const deadline = now + subscription.ackDeadlineSeconds * 1000;
    backlog.outstanding.set(ackId, { pending, deadline });
    return { ackId, pending };
  }
  return undefined;
}

/** @returns false when the deadline has passed: then the message is delivered again */
export const acknowledgeMessage = (state: State, subscription: string, ackId: string): boolean =>
  backlogOf(state, subscription).outstanding.delete(ackId);

/** Moves the deadline to `seconds` from now. 0 seconds is a nack. */
export function setAckDeadline(
  state: State,
  subscription: Subscription,
  ackId: string,
  seconds: number,
): void {
  const outstanding = backlogOf(state, subscription.name).outstanding.get(ackId);
  if (!outstanding) return;
  outstanding.deadline = state.now().getTime() + seconds * 1000;
  if (seconds === 0) nack(state, subscription, ackId);
}

/**
 * Refuses a message. It is due again after the subscription's backoff, or moves to the dead-letter topic.
 *
 * @param nackedAt milliseconds since 1970. For a deadline that expired unnoticed, the time of the deadline
 * @returns false when the deadline had passed before, so the message was due again already
 */
export function nack(
  state: State,
  subscription: Subscription,
  ackId: string,
  nackedAt: number = state.now().getTime(),
): boolean {
  const backlog = backlogOf(state, subscription.name);
  const outstanding = backlog.outstanding.get(ackId);
  if (!outstanding) return false;
  backlog.outstanding.delete(ackId);

  const { pending } = outstanding;
  const { deadLetterPolicy, retryPolicy = NO_BACKOFF } = subscription;
  if (deadLetterPolicy && pending.attempts >= deadLetterPolicy.maxDeliveryAttempts) {
    const { deadLetterTopic } = deadLetterPolicy;
    if (moveToDeadLetterTopic(state, subscription, deadLetterTopic, pending)) return true;
  }
  const backoffSeconds = Math.min(
    retryPolicy.minimumBackoff * 2 ** (pending.attempts - 1),
    retryPolicy.maximumBackoff,
  );
  backlog.waiting.push({ ...pending, dueAt: nackedAt + backoffSeconds * 1000 });
  return true;
}

/** Nacks every message whose deadline has passed. @returns their ack IDs */
export function expireDeadlines(state: State, subscription: Subscription): string[] {
  const now = state.now().getTime();
  const expired = [...backlogOf(state, subscription.name).outstanding].filter(
    ([, { deadline }]) => deadline <= now,
  );
  for (const [ackId, { deadline }] of expired) nack(state, subscription, ackId, deadline);
  return expired.map(([ackId]) => ackId);
}
