import { authorize } from '../../authorization/authorize.ts';
import { getIamPolicy, setIamPolicy } from '../../authorization/iam-policy.ts';
import { watchPolicy } from '../../authorization/policy-delta.ts';
import { testIamPermissions } from '../../authorization/test-iam-permissions.ts';
import type { ApiMethod } from '../../core/api-method.ts';
import { type Audited, DATA_ACCESS } from '../../core/audited.ts';
import type { State } from '../../state/state.ts';
import { subscriptionAudit, topicAudit } from './audit.ts';
import { subscriptionName, topicName } from './resource-names.ts';
import { existingSubscription } from './subscriptions/subscription-resource.ts';
import { existingTopic } from './topics/topic-resource.ts';

const SET_POLICY = 'google.iam.v1.IAMPolicy.SetIamPolicy';

/** getIamPolicy is a GET. In most APIs it is a POST. @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.topics/getIamPolicy */
export const topicPolicies: readonly ApiMethod[] = policiesOf(
  'topics',
  'topic',
  (state, params) => {
    const name = topicName(state, params);
    return { name, checkExists: () => existingTopic(state, name) };
  },
);

/** @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions/getIamPolicy */
export const subscriptionPolicies: readonly ApiMethod[] = policiesOf(
  'subscriptions',
  'subscription',
  (state, params) => {
    const name = subscriptionName(state, params);
    return { name, checkExists: () => existingSubscription(state, name) };
  },
);

function policiesOf(
  collection: 'topics' | 'subscriptions',
  param: string,
  find: (
    state: State,
    params: Readonly<Record<string, string>>,
  ) => { name: string; checkExists: () => unknown },
): ApiMethod[] {
  const path = `/v1/projects/{project}/${collection}/{${param}}`;
  const method = `projects.${collection}`;
  const audit: Audited = {
    ...(collection === 'topics' ? topicAudit(SET_POLICY) : subscriptionAudit(SET_POLICY)),
    watch: watchPolicy((state, { params }) => find(state, params).name),
  };
  return [
    {
      api: 'pubsub',
      name: `${method}.getIamPolicy`,
      httpMethod: 'GET',
      path: `${path}:getIamPolicy`,
      run(state, { params, query, caller }) {
        const { name, checkExists } = find(state, params);
        authorize(state, caller, `pubsub.${collection}.getIamPolicy`, name);
        checkExists();
        return getIamPolicy(state, name, query.get('options.requestedPolicyVersion'));
      },
    },
    {
      api: 'pubsub',
      name: `${method}.setIamPolicy`,
      httpMethod: 'POST',
      path: `${path}:setIamPolicy`,
      audit,
      run(state, { params, body, caller }) {
        const { name, checkExists } = find(state, params);
        authorize(state, caller, `pubsub.${collection}.setIamPolicy`, name);
        checkExists();
        return setIamPolicy(state, name, body);
      },
    },
    {
      api: 'pubsub',
      name: `${method}.testIamPermissions`,
      httpMethod: 'POST',
      path: `${path}:testIamPermissions`,
      audit: DATA_ACCESS,
      run: (state, { params, body, caller }) =>
        testIamPermissions(state, caller, find(state, params).name, body),
    },
  ];
}
