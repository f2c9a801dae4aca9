import { authorize } from '../../../authorization/authorize.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { projectIdOf } from '../../../core/projects.ts';
import { parseMessage } from '../../../core/proto-json.ts';
import {
  alreadyExists,
  checkResourceId,
  existingTopic,
  SubscriptionBody,
  settingsOf,
  subscriptionName,
  topicNameIn,
  toSubscription,
} from './subscription-resource.ts';

/** Gets what is published from now on. @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions/create */
export const createSubscription: ApiMethod = {
  api: 'pubsub',
  name: 'projects.subscriptions.create',
  httpMethod: 'PUT',
  path: '/v1/projects/{project}/subscriptions/{subscription}',
  run(state, { params, body, caller }) {
    const { project = '' } = params;
    checkResourceId(params.subscription);
    const asked = parseMessage(SubscriptionBody, body);
    const topic = topicNameIn(state, asked.topic);
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
    const created = { name, topic, ...settingsOf(state, caller, asked) };
    state.subscriptions.set(name, created);
    return toSubscription(created);
  },
};
