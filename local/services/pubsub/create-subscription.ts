import { authorize } from '../../authorization/authorize.ts';
import type { Action } from '../../core/action.ts';
import { projectIdOf } from '../../core/names.ts';
import { parseMessage } from '../../core/proto.ts';
import {
  alreadyExists,
  checkResourceId,
  existingTopic,
  SubscriptionBody,
  settingsOf,
  subscriptionName,
  topicNameIn,
  toSubscription,
} from './pubsub.ts';

/** Gets what is published from now on. @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions/create */
export const createSubscription: Action = {
  api: 'pubsub',
  method: 'projects.subscriptions.create',
  verb: 'PUT',
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
