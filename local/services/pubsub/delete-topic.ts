import { authorize } from '../../authorization/authorize.ts';
import { dropPolicy } from '../../authorization/stored-policy.ts';
import type { Action } from '../../core/action.ts';
import { DELETED_TOPIC } from './backlog.ts';
import { existingTopic, topicName } from './pubsub.ts';

/** Its subscriptions stay, with what they hold. @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.topics/delete */
export const deleteTopic: Action = {
  api: 'pubsub',
  method: 'projects.topics.delete',
  verb: 'DELETE',
  path: '/v1/projects/{project}/topics/{topic}',
  run(state, { params, caller }) {
    const name = topicName(state, params);
    authorize(state, caller, 'pubsub.topics.delete', name);
    existingTopic(state, name);
    state.topics.delete(name);
    dropPolicy(state, name);
    for (const subscription of state.subscriptions.values())
      if (subscription.topic === name) subscription.topic = DELETED_TOPIC;
    return {};
  },
};
