import { authorize } from '../../../authorization/authorize.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { topicName } from '../resource-names.ts';
import { existingTopic, toTopic } from './topic-resource.ts';

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
