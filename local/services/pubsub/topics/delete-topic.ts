import { authorize } from '../../../authorization/authorize.ts';
import { deletePolicy } from '../../../authorization/policy-store.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { topicAudit } from '../audit.ts';
import { topicName } from '../resource-names.ts';
import { existingTopic } from './topic-resource.ts';

const DELETED_TOPIC = '_deleted-topic_';

/** The subscriptions of the topic stay and keep their messages. @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.topics/delete */
export const deleteTopic: ApiMethod = {
  api: 'pubsub',
  name: 'projects.topics.delete',
  httpMethod: 'DELETE',
  path: '/v1/projects/{project}/topics/{topic}',
  audit: topicAudit('google.pubsub.v1.Publisher.DeleteTopic'),
  run(state, { params, caller }) {
    const name = topicName(state, params);
    authorize(state, caller, 'pubsub.topics.delete', name);
    existingTopic(state, name);
    state.topics.delete(name);
    deletePolicy(state, name);
    for (const subscription of state.subscriptions.values())
      if (subscription.topic === name) subscription.topic = DELETED_TOPIC;
    return {};
  },
};
