import { z } from 'zod';
import { authorize } from '../../../authorization/authorize.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { message, parseMessage } from '../../../core/proto-json.ts';
import {
  existingSubscription,
  PushConfigBody,
  pushConfigOf,
  subscriptionName,
} from './subscription-resource.ts';

const Body = message({
  subscription: z.unknown().optional(),
  pushConfig: PushConfigBody.default({}),
});

/** An empty one makes it a subscription to pull from. @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions/modifyPushConfig */
export const modifyPushConfig: ApiMethod = {
  api: 'pubsub',
  name: 'projects.subscriptions.modifyPushConfig',
  httpMethod: 'POST',
  path: '/v1/projects/{project}/subscriptions/{subscription}:modifyPushConfig',
  run(state, { params, body, caller }) {
    const name = subscriptionName(state, params);
    const { pushConfig } = parseMessage(Body, body);
    authorize(state, caller, 'pubsub.subscriptions.update', name);
    existingSubscription(state, name).pushConfig = pushConfigOf(state, caller, pushConfig);
    for (const arrived of state.arrivalListeners) arrived(name);
    return {};
  },
};
