import { authorize } from '../../../authorization/authorize.ts';
import { deletePolicy } from '../../../authorization/policy-store.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { subscriptionAudit } from '../audit.ts';
import { subscriptionName } from '../resource-names.ts';
import { existingSubscription } from './subscription-resource.ts';

/** Deletes the messages of the subscription too. @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions/delete */
export const deleteSubscription: ApiMethod = {
  api: 'pubsub',
  name: 'projects.subscriptions.delete',
  httpMethod: 'DELETE',
  path: '/v1/projects/{project}/subscriptions/{subscription}',
  audit: subscriptionAudit('google.pubsub.v1.Subscriber.DeleteSubscription'),
  run(state, { params, caller }) {
    const name = subscriptionName(state, params);
    authorize(state, caller, 'pubsub.subscriptions.delete', name);
    existingSubscription(state, name);
    state.subscriptions.delete(name);
    state.backlogs.delete(name);
    deletePolicy(state, name);
    return {};
  },
};
