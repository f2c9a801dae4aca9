import type { PubsubMessage, Subscription } from '../../../state/pubsub.ts';
import type { State } from '../../../state/state.ts';
import { backlogOf } from './backlog.ts';
import { type MessageFilter, parseMessageFilter } from './message-filter.ts';

/** A duplicate is due at a random time within this, so it can arrive after later messages. */
const DUPLICATES_WITHIN_MS = 1000;

/**
 * Adds messages to every subscription of a topic.
 *
 * @returns the message IDs
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
  for (const subscription of [...state.subscriptions.values()].filter((s) => s.topic === topic)) {
    const { name } = subscription;
    const { waiting } = backlogOf(state, name);
    const passes = filterOf(subscription);
    for (const message of published.filter(passes)) {
      waiting.push({ message, attempts: 0, dueAt: now.getTime() });
      for (let extra = 0; extra < state.settings.duplicateDeliveries; extra++) {
        const delay = state.random() * DUPLICATES_WITHIN_MS;
        waiting.push({ message, attempts: 0, dueAt: now.getTime() + delay });
      }
    }
    for (const listener of state.arrivalListeners) listener(name);
  }
  return published.map(({ messageId }) => messageId);
}

const filterOf = ({ filter = '' }: Subscription): MessageFilter =>
  (filter === '' ? undefined : parseMessageFilter(filter)) ?? (() => true);
