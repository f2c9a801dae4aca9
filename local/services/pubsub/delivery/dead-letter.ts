import { hasPermission } from '../../../authorization/authorize.ts';
import type { PendingMessage, Subscription } from '../../../state/pubsub.ts';
import type { State } from '../../../state/state.ts';
import { publish } from './publish.ts';

/**
 * Moves a message to the dead-letter topic. Google's service agent does this, and needs permissions on both ends.
 *
 * @returns false when the agent lacks a permission or the topic does not exist: then the message stays in the subscription
 * @see https://cloud.google.com/pubsub/docs/dead-letter-topics
 */
export function moveToDeadLetterTopic(
  state: State,
  subscription: Subscription,
  topic: string,
  { message, attempts }: PendingMessage,
): boolean {
  const [, projectId = '', , subscriptionId = ''] = subscription.name.split('/');
  const number = state.projects.get(projectId)?.projectNumber ?? projectId;
  const email = `service-${number}@gcp-sa-pubsub.iam.gserviceaccount.com`;
  const agent = { member: `serviceAccount:${email}`, email, scopes: [] };
  const canMove =
    state.topics.has(topic) &&
    hasPermission(state, agent, 'pubsub.topics.publish', topic) &&
    hasPermission(state, agent, 'pubsub.subscriptions.consume', subscription.name);
  if (!canMove) return false;

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
