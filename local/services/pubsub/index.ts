import type { Action } from '../../core/action.ts';
import { acknowledge } from './acknowledge.ts';
import { createSubscription } from './create-subscription.ts';
import { createTopic } from './create-topic.ts';
import { deleteSubscription } from './delete-subscription.ts';
import { deleteTopic } from './delete-topic.ts';
import { getSubscription } from './get-subscription.ts';
import { getTopic } from './get-topic.ts';
import { subscriptionPolicies, topicPolicies } from './iam-policies.ts';
import { listSubscriptions } from './list-subscriptions.ts';
import { listTopicSubscriptions } from './list-topic-subscriptions.ts';
import { listTopics } from './list-topics.ts';
import { modifyAckDeadline } from './modify-ack-deadline.ts';
import { modifyPushConfig } from './modify-push-config.ts';
import { publishMessages } from './publish.ts';
import { pull } from './pull.ts';
import { updateSubscription } from './update-subscription.ts';
import { updateTopic } from './update-topic.ts';

/** Pub/Sub v1. @see https://cloud.google.com/pubsub/docs/reference/rest */
export const pubsub: readonly Action[] = [
  createTopic,
  getTopic,
  listTopics,
  updateTopic,
  deleteTopic,
  publishMessages,
  listTopicSubscriptions,
  ...topicPolicies,
  createSubscription,
  getSubscription,
  listSubscriptions,
  updateSubscription,
  deleteSubscription,
  modifyPushConfig,
  pull,
  acknowledge,
  modifyAckDeadline,
  ...subscriptionPolicies,
];
