import { authorize } from '../../../authorization/authorize.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { projectIdOf } from '../../../core/projects.ts';
import { pageByName } from '../page-by-name.ts';
import { toTopic } from './topic-resource.ts';

/** @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.topics/list */
export const listTopics: ApiMethod = {
  api: 'pubsub',
  name: 'projects.topics.list',
  httpMethod: 'GET',
  path: '/v1/projects/{project}/topics',
  run(state, { params, query, caller }) {
    const project = `projects/${projectIdOf(state, params.project ?? '')}`;
    authorize(state, caller, 'pubsub.topics.list', project);
    const topics = [...state.topics.values()].filter(({ name }) => name.startsWith(`${project}/`));
    const { page, ...token } = pageByName(topics, query);
    return { ...(page.length > 0 && { topics: page.map(toTopic) }), ...token };
  },
};
