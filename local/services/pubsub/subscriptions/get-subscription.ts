import { authorize } from '../../../authorization/authorize.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { subscriptionName } from '../resource-names.ts';
import { existingSubscription, toSubscription } from './subscription-resource.ts';

/** @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions/get */
export const getSubscription: ApiMethod = {
  api: 'pubsub',
  name: 'projects.subscriptions.get',
  httpMethod: 'GET',
  path: '/v1/projects/{project}/subscriptions/{subscription}',
  run(state, { params, caller }) {
    const name = subscriptionName(state, params);
    authorize(state, caller, 'pubsub.subscriptions.get', name);
    return toSubscription(existingSubscription(state, name));
  },
};
