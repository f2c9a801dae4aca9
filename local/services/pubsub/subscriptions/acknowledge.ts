import { z } from 'zod';
import { authorize } from '../../../authorization/authorize.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { message, parseMessage } from '../../../core/proto-json.ts';
import { MESSAGES } from '../audit.ts';
import { acknowledgeMessage, expireDeadlines } from '../delivery/outstanding.ts';
import { subscriptionName } from '../resource-names.ts';
import { existingSubscription } from './subscription-resource.ts';

const Body = message({
  subscription: z.unknown().optional(),
  ackIds: z.array(z.string()).min(1),
});

/** After the deadline an acknowledgement has no effect and is no error: the message is delivered again. @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions/acknowledge */
export const acknowledge: ApiMethod = {
  api: 'pubsub',
  name: 'projects.subscriptions.acknowledge',
  httpMethod: 'POST',
  path: '/v1/projects/{project}/subscriptions/{subscription}:acknowledge',
  audit: MESSAGES,
  run(state, { params, body, caller }) {
    const name = subscriptionName(state, params);
    const { ackIds } = parseMessage(Body, body);
    authorize(state, caller, 'pubsub.subscriptions.consume', name);
    expireDeadlines(state, existingSubscription(state, name));
    for (const ackId of ackIds) acknowledgeMessage(state, name, ackId);
    return {};
  },
};
