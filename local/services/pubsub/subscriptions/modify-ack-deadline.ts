import { z } from 'zod';
import { authorize } from '../../../authorization/authorize.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { message, parseMessage } from '../../../core/proto-json.ts';
import { MESSAGES } from '../audit.ts';
import { expireDeadlines, setAckDeadline } from '../delivery/outstanding.ts';
import { subscriptionName } from '../resource-names.ts';
import { existingSubscription } from './subscription-resource.ts';

const Body = message({
  subscription: z.unknown().optional(),
  ackIds: z.array(z.string()).min(1),
  ackDeadlineSeconds: z.int().min(0).max(600).default(0),
});

/** A deadline of 0 seconds is a nack. @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions/modifyAckDeadline */
export const modifyAckDeadline: ApiMethod = {
  api: 'pubsub',
  name: 'projects.subscriptions.modifyAckDeadline',
  httpMethod: 'POST',
  path: '/v1/projects/{project}/subscriptions/{subscription}:modifyAckDeadline',
  audit: MESSAGES,
  run(state, { params, body, caller }) {
    const name = subscriptionName(state, params);
    const { ackIds, ackDeadlineSeconds } = parseMessage(Body, body);
    authorize(state, caller, 'pubsub.subscriptions.consume', name);
    const subscription = existingSubscription(state, name);
    expireDeadlines(state, subscription);
    for (const ackId of ackIds) setAckDeadline(state, subscription, ackId, ackDeadlineSeconds);
    return {};
  },
};
