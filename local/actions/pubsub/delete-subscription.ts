import type { Action } from '../../action.ts';
import { authorize } from '../../iam.ts';
import { dropPolicy } from '../../policy-store.ts';
import { existingSubscription, subscriptionName } from '../../pubsub.ts';

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
