import { authorize } from '../../authorization/authorize.ts';
import { getIamPolicy, setIamPolicy } from '../../authorization/policy.ts';
import { testIamPermissions } from '../../authorization/test-permissions.ts';
import type { Action } from '../../core/action.ts';
import type { State } from '../../state/state.ts';
import { existingSubscription, existingTopic, subscriptionName, topicName } from './pubsub.ts';

/** getIamPolicy is GET. @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.topics/getIamPolicy */
export const topicPolicies: readonly Action[] = policiesOf('topics', 'topic', (state, params) => {
  const name = topicName(state, params);
  return { name, mustExist: () => existingTopic(state, name) };
});

/** @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions/getIamPolicy */
export const subscriptionPolicies: readonly Action[] = policiesOf(
  'subscriptions',
  'subscription',
  (state, params) => {
    const name = subscriptionName(state, params);
    return { name, mustExist: () => existingSubscription(state, name) };
  },
);

function policiesOf(
  collection: 'topics' | 'subscriptions',
  param: string,
  find: (
    state: State,
    params: Readonly<Record<string, string>>,
  ) => { name: string; mustExist: () => unknown },
): Action[] {
  const path = `/v1/projects/{project}/${collection}/{${param}}`;
  const method = `projects.${collection}`;
  return [
    {
      api: 'pubsub',
      method: `${method}.getIamPolicy`,
      verb: 'GET',
      path: `${path}:getIamPolicy`,
      run(state, { params, query, caller }) {
        const { name, mustExist } = find(state, params);
        authorize(state, caller, `pubsub.${collection}.getIamPolicy`, name);
        mustExist();
        return getIamPolicy(state, name, query.get('options.requestedPolicyVersion'));
      },
    },
    {
      api: 'pubsub',
      method: `${method}.setIamPolicy`,
      verb: 'POST',
      path: `${path}:setIamPolicy`,
      run(state, { params, body, caller }) {
        const { name, mustExist } = find(state, params);
        authorize(state, caller, `pubsub.${collection}.setIamPolicy`, name);
        mustExist();
        return setIamPolicy(state, name, body);
      },
    },
    {
      api: 'pubsub',
      method: `${method}.testIamPermissions`,
      verb: 'POST',
      path: `${path}:testIamPermissions`,
      run: (state, { params, body, caller }) =>
        testIamPermissions(state, caller, find(state, params).name, body),
    },
  ];
}
