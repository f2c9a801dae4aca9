import { authorize } from '../../authorization/authorize.ts';
import type { Action } from '../../core/action.ts';
import { existingTopic, topicName, toTopic } from './pubsub.ts';

/** @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.topics/get */
export const getTopic: Action = {
  api: 'pubsub',
  method: 'projects.topics.get',
  verb: 'GET',
  path: '/v1/projects/{project}/topics/{topic}',
  run(state, { params, caller }) {
    const name = topicName(state, params);
    authorize(state, caller, 'pubsub.topics.get', name);
    return toTopic(existingTopic(state, name));
  },
};
