import { randomUUID } from 'node:crypto';
import { hasPermission } from '../../../authorization/authorize.ts';
import { PriorityQueue } from '../../../state/priority-queue.ts';
import type {
  Backlog,
  PendingMessage,
  PubsubMessage,
  Subscription,
} from '../../../state/pubsub.ts';
import type { State } from '../../../state/state.ts';

const NO_BACKOFF = { minimumBackoff: 0, maximumBackoff: 0 };

/** A second delivery of a message that was asked for comes within this, among others. */
const DUPLICATES_WITHIN_MS = 1000;

export const DELETED_TOPIC = '_deleted-topic_';

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

/**
 * Gives messages to every subscription of a topic.
 *
 * @returns their IDs
 */
export function publish(
  state: State,
  topic: string,
  messages: readonly Pick<PubsubMessage, 'data' | 'attributes' | 'orderingKey'>[],
): string[] {
  const now = state.now();
  const published = messages.map(
    (message): PubsubMessage => ({
      ...message,
      messageId: state.nextMessageId(),
      publishTime: now.toISOString(),
    }),
  );
  for (const { name } of [...state.subscriptions.values()].filter((s) => s.topic === topic)) {
    const { waiting } = backlogOf(state, name);
    for (const message of published) {
      waiting.push({ message, attempts: 0, dueAt: now.getTime() });
      for (let extra = 0; extra < state.settings.duplicateDeliveries; extra++) {
        const delay = state.random() * DUPLICATES_WITHIN_MS;
        waiting.push({ message, attempts: 0, dueAt: now.getTime() + delay });
      }
    }
    for (const arrived of state.arrivalListeners) arrived(name);
  }
  return published.map(({ messageId }) => messageId);
}

/** The next message that is due, now outstanding for as long as the acknowledgement deadline says. */
export function take(
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
    const age = now - Date.parse(next.message.publishTime);
    if (age > subscription.messageRetentionSeconds * 1000) continue;
    const pending = { ...next, attempts: next.attempts + 1 };
    const ackId = randomUUID();
    const deadline = now + subscription.ackDeadlineSeconds * 1000;
    backlog.outstanding.set(ackId, { pending, deadline });
    return { ackId, pending };
  }
  return undefined;
}

/** @returns false when the deadline has passed: the message is on its way again */
export const acknowledge = (state: State, subscription: string, ackId: string): boolean =>
  backlogOf(state, subscription).outstanding.delete(ackId);

/** Puts the deadline `seconds` from now; 0 is a nack. */
export function modifyAckDeadline(
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
 * Gives a message back: it comes again after the subscription's backoff, or goes to the dead-letter topic.
 *
 * @param at when it was given back, in milliseconds: a deadline that passed unseen passed then, and not now
 * @returns false when its deadline has passed, which gave it back already
 */
export function nack(
  state: State,
  subscription: Subscription,
  ackId: string,
  at: number = state.now().getTime(),
): boolean {
  const backlog = backlogOf(state, subscription.name);
  const outstanding = backlog.outstanding.get(ackId);
  if (!outstanding) return false;
  backlog.outstanding.delete(ackId);

  const { pending } = outstanding;
  const { deadLetterPolicy, retryPolicy = NO_BACKOFF } = subscription;
  if (deadLetterPolicy && pending.attempts >= deadLetterPolicy.maxDeliveryAttempts) {
    if (deadLetter(state, subscription, deadLetterPolicy.deadLetterTopic, pending)) return true;
  }
  const backoffSeconds = Math.min(
    retryPolicy.minimumBackoff * 2 ** (pending.attempts - 1),
    retryPolicy.maximumBackoff,
  );
  backlog.waiting.push({ ...pending, dueAt: at + backoffSeconds * 1000 });
  return true;
}

/** Gives back what was not acknowledged in time. @returns their ack IDs */
export function expire(state: State, subscription: Subscription): string[] {
  const now = state.now().getTime();
  const late = [...backlogOf(state, subscription.name).outstanding].filter(
    ([, { deadline }]) => deadline <= now,
  );
  for (const [ackId, { deadline }] of late) nack(state, subscription, ackId, deadline);
  return late.map(([ackId]) => ackId);
}

/**
 * Google's service agent moves the message, and needs the right to: without it, or without the topic, the message stays.
 *
 * @see https://cloud.google.com/pubsub/docs/dead-letter-topics
 */
function deadLetter(
  state: State,
  subscription: Subscription,
  topic: string,
  { message, attempts }: PendingMessage,
): boolean {
  const [, projectId = '', , subscriptionId = ''] = subscription.name.split('/');
  const number = state.projects.get(projectId)?.projectNumber ?? projectId;
  const email = `service-${number}@gcp-sa-pubsub.iam.gserviceaccount.com`;
  const agent = { member: `serviceAccount:${email}`, email, scopes: [] };
  const may =
    state.topics.has(topic) &&
    hasPermission(state, agent, 'pubsub.topics.publish', topic) &&
    hasPermission(state, agent, 'pubsub.subscriptions.consume', subscription.name);
  if (!may) return false;

  const attributes = {
    ...message.attributes,
    CloudPubSubDeadLetterSourceDeliveryCount: String(attempts),
    CloudPubSubDeadLetterSourceSubscription: subscriptionId,
    CloudPubSubDeadLetterSourceSubscriptionProject: projectId,
    CloudPubSubDeadLetterSourceTopicPublishTime: message.publishTime,
  };
  publish(state, topic, [{ data: message.data, attributes }]);
  return true;
}
