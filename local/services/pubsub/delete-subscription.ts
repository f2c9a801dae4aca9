import { authorize } from '../../authorization/authorize.ts';
import { dropPolicy } from '../../authorization/stored-policy.ts';
import type { Action } from '../../core/action.ts';
import { existingSubscription, subscriptionName } from './pubsub.ts';

/** With what it holds. @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions/delete */
export const deleteSubscription: Action = {
  api: 'pubsub',
  method: 'projects.subscriptions.delete',
  verb: 'DELETE',
  path: '/v1/projects/{project}/subscriptions/{subscription}',
  run(state, { params, caller }) {
    const name = subscriptionName(state, params);
    authorize(state, caller, 'pubsub.subscriptions.delete', name);
    existingSubscription(state, name);
    state.subscriptions.delete(name);
    state.backlogs.delete(name);
    dropPolicy(state, name);
    return {};
  },
};
