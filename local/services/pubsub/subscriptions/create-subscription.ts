import { authorize } from '../../../authorization/authorize.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { projectIdOf } from '../../../core/projects.ts';
import { parseMessage } from '../../../core/proto-json.ts';
import { subscriptionAudit } from '../audit.ts';
import { alreadyExists } from '../resource-errors.ts';
import { checkResourceId, parseTopicName, subscriptionName } from '../resource-names.ts';
import { existingTopic } from '../topics/topic-resource.ts';
import {
  SubscriptionBody,
  subscriptionSettingsOf,
  toSubscription,
} from './subscription-resource.ts';

/** The subscription gets messages that are published after its creation. @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions/create */
export const createSubscription: ApiMethod = {
  api: 'pubsub',
  name: 'projects.subscriptions.create',
  httpMethod: 'PUT',
  path: '/v1/projects/{project}/subscriptions/{subscription}',
  audit: subscriptionAudit('google.pubsub.v1.Subscriber.CreateSubscription'),
  run(state, { params, body, caller }) {
    const { project = '' } = params;
    checkResourceId(params.subscription);
    const requested = parseMessage(SubscriptionBody, body);
    const topic = parseTopicName(state, requested.topic);
    authorize(
      state,
      caller,
      'pubsub.subscriptions.create',
      `projects/${projectIdOf(state, project)}`,
    );
    authorize(state, caller, 'pubsub.topics.attachSubscription', topic);
    existingTopic(state, topic);
    const name = subscriptionName(state, params);
    if (state.subscriptions.has(name)) alreadyExists('subscription', name);
    const created = { name, topic, ...subscriptionSettingsOf(state, caller, requested) };
    state.subscriptions.set(name, created);
    return toSubscription(created);
  },
};
