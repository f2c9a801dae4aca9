import { authorize } from '../../authorization/authorize.ts';
import type { Action } from '../../core/action.ts';
import { pageByName } from './page-by-name.ts';
import { existingTopic, topicName } from './pubsub.ts';

/** Names only. @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.topics.subscriptions/list */
export const listTopicSubscriptions: Action = {
  api: 'pubsub',
  method: 'projects.topics.subscriptions.list',
  verb: 'GET',
  path: '/v1/projects/{project}/topics/{topic}/subscriptions',
  run(state, { params, query, caller }) {
    const name = topicName(state, params);
    authorize(state, caller, 'pubsub.topics.get', name);
    existingTopic(state, name);
    const attached = [...state.subscriptions.values()].filter(({ topic }) => topic === name);
    const { page, ...token } = pageByName(attached, query);
    return { ...(page.length > 0 && { subscriptions: page.map((one) => one.name) }), ...token };
  },
};
