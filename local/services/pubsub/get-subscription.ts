import { authorize } from '../../authorization/authorize.ts';
import type { Action } from '../../core/action.ts';
import { existingSubscription, subscriptionName, toSubscription } from './pubsub.ts';

/** @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions/get */
export const getSubscription: Action = {
  api: 'pubsub',
  method: 'projects.subscriptions.get',
  verb: 'GET',
  path: '/v1/projects/{project}/subscriptions/{subscription}',
  run(state, { params, caller }) {
    const name = subscriptionName(state, params);
    authorize(state, caller, 'pubsub.subscriptions.get', name);
    return toSubscription(existingSubscription(state, name));
  },
};
