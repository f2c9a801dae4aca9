import type { ApiMethod } from '../../core/api-method.ts';
import { subscriptionPolicies, topicPolicies } from './iam-policies.ts';
import { acknowledge } from './subscriptions/acknowledge.ts';
import { createSubscription } from './subscriptions/create-subscription.ts';
import { deleteSubscription } from './subscriptions/delete-subscription.ts';
import { getSubscription } from './subscriptions/get-subscription.ts';
import { listSubscriptions } from './subscriptions/list-subscriptions.ts';
import { modifyAckDeadline } from './subscriptions/modify-ack-deadline.ts';
import { modifyPushConfig } from './subscriptions/modify-push-config.ts';
import { pull } from './subscriptions/pull.ts';
import { updateSubscription } from './subscriptions/update-subscription.ts';
import { createTopic } from './topics/create-topic.ts';
import { deleteTopic } from './topics/delete-topic.ts';
import { getTopic } from './topics/get-topic.ts';
import { listTopicSubscriptions } from './topics/list-topic-subscriptions.ts';
import { listTopics } from './topics/list-topics.ts';
import { publishMessages } from './topics/publish.ts';
import { updateTopic } from './topics/update-topic.ts';

/** Pub/Sub v1. @see https://cloud.google.com/pubsub/docs/reference/rest */
export const pubsub: readonly ApiMethod[] = [
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
