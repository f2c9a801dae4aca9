import { z } from 'zod';
import { authorize } from '../../../authorization/authorize.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { message, parseMessage } from '../../../core/proto-json.ts';
import { subscriptionAudit } from '../audit.ts';
import { subscriptionName } from '../resource-names.ts';
import { PushConfigBody, pushConfigOf } from './push-config.ts';
import { existingSubscription } from './subscription-resource.ts';

const Body = message({
  subscription: z.unknown().optional(),
  pushConfig: PushConfigBody.default({}),
});

/** An empty `pushConfig` turns the subscription into a pull subscription. @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions/modifyPushConfig */
export const modifyPushConfig: ApiMethod = {
  api: 'pubsub',
  name: 'projects.subscriptions.modifyPushConfig',
  httpMethod: 'POST',
  path: '/v1/projects/{project}/subscriptions/{subscription}:modifyPushConfig',
  audit: subscriptionAudit('google.pubsub.v1.Subscriber.ModifyPushConfig'),
  run(state, { params, body, caller }) {
    const name = subscriptionName(state, params);
    const { pushConfig } = parseMessage(Body, body);
    authorize(state, caller, 'pubsub.subscriptions.update', name);
    existingSubscription(state, name).pushConfig = pushConfigOf(state, caller, pushConfig);
    for (const listener of state.arrivalListeners) listener(name);
    return {};
  },
};
