import type { ApiMethod } from '../../core/api-method.ts';
import { visibleGroup } from './group-resource.ts';

/** The name of the group with an email. @see https://cloud.google.com/identity/docs/reference/rest/v1/groups/lookup */
export const lookupGroup: ApiMethod = {
  api: 'cloudidentity',
  name: 'groups.lookup',
  httpMethod: 'GET',
  path: '/v1/groups:lookup',
  run(state, { query, caller }) {
    const email = (query.get('groupKey.id') ?? '').toLowerCase();
    return { name: visibleGroup(state, caller, (group) => group.email === email).name };
  },
};

/** @see https://cloud.google.com/identity/docs/reference/rest/v1/groups/get */
export const getGroup: ApiMethod = {
  api: 'cloudidentity',
  name: 'groups.get',
  httpMethod: 'GET',
  path: '/v1/groups/{group}',
  run(state, { params, caller }) {
    const { name, email } = visibleGroup(state, caller, (g) => g.name === `groups/${params.group}`);
    return {
      name,
      groupKey: { id: email },
      displayName: email.split('@')[0],
      labels: { 'cloudidentity.googleapis.com/groups.discussion_forum': '' },
    };
  },
};
