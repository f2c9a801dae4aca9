import type { PubsubMessage } from '../../../state/pubsub.ts';
import type { State } from '../../../state/state.ts';
import { backlogOf } from './backlog.ts';

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
  for (const { name } of [...state.subscriptions.values()].filter((s) => s.topic === topic)) {
    const { waiting } = backlogOf(state, name);
    for (const message of published) {
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
