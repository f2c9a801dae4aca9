import { authorize } from '../../../authorization/authorize.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { pageByName } from '../page-by-name.ts';
import { topicName } from '../resource-names.ts';
import { existingTopic } from './topic-resource.ts';

/** The response contains only the names. @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.topics.subscriptions/list */
export const listTopicSubscriptions: ApiMethod = {
  api: 'pubsub',
  name: 'projects.topics.subscriptions.list',
  httpMethod: 'GET',
  path: '/v1/projects/{project}/topics/{topic}/subscriptions',
  run(state, { params, query, caller }) {
    const name = topicName(state, params);
    authorize(state, caller, 'pubsub.topics.get', name);
    existingTopic(state, name);
    const attached = [...state.subscriptions.values()].filter(({ topic }) => topic === name);
    const { page, ...token } = pageByName(attached, query);
    return { ...(page.length > 0 && { subscriptions: page.map(({ name }) => name) }), ...token };
  },
};
