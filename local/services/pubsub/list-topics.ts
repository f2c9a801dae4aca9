import { authorize } from '../../authorization/authorize.ts';
import type { Action } from '../../core/action.ts';
import { projectIdOf } from '../../core/names.ts';
import { pageByName } from './page-by-name.ts';
import { toTopic } from './pubsub.ts';

/** @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.topics/list */
export const listTopics: Action = {
  api: 'pubsub',
  method: 'projects.topics.list',
  verb: 'GET',
  path: '/v1/projects/{project}/topics',
  run(state, { params, query, caller }) {
    const project = `projects/${projectIdOf(state, params.project ?? '')}`;
    authorize(state, caller, 'pubsub.topics.list', project);
    const topics = [...state.topics.values()].filter(({ name }) => name.startsWith(`${project}/`));
    const { page, ...token } = pageByName(topics, query);
    return { ...(page.length > 0 && { topics: page.map(toTopic) }), ...token };
  },
};
