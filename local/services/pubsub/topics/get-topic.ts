import { authorize } from '../../../authorization/authorize.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { existingTopic, topicName, toTopic } from '../subscriptions/subscription-resource.ts';

/** @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.topics/get */
export const getTopic: ApiMethod = {
  api: 'pubsub',
  name: 'projects.topics.get',
  httpMethod: 'GET',
  path: '/v1/projects/{project}/topics/{topic}',
  run(state, { params, caller }) {
    const name = topicName(state, params);
    authorize(state, caller, 'pubsub.topics.get', name);
    return toTopic(existingTopic(state, name));
  },
};
