import { authorize } from '../../../authorization/authorize.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { projectIdOf } from '../../../core/projects.ts';
import { pageByName } from '../page-by-name.ts';
import { toSubscription } from './subscription-resource.ts';

/** @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions/list */
export const listSubscriptions: ApiMethod = {
  api: 'pubsub',
  name: 'projects.subscriptions.list',
  httpMethod: 'GET',
  path: '/v1/projects/{project}/subscriptions',
  run(state, { params, query, caller }) {
    const project = `projects/${projectIdOf(state, params.project ?? '')}`;
    authorize(state, caller, 'pubsub.subscriptions.list', project);
    const all = [...state.subscriptions.values()];
    const own = all.filter(({ name }) => name.startsWith(`${project}/`));
    const { page, ...token } = pageByName(own, query);
    return { ...(page.length > 0 && { subscriptions: page.map(toSubscription) }), ...token };
  },
};
