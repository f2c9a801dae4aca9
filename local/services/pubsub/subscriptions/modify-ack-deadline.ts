import { z } from 'zod';
import { authorize } from '../../../authorization/authorize.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { message, parseMessage } from '../../../core/proto-json.ts';
import { expire, modifyAckDeadline as modify } from '../delivery/backlog.ts';
import { existingSubscription, subscriptionName } from './subscription-resource.ts';

const Body = message({
  subscription: z.unknown().optional(),
  ackIds: z.array(z.string()).min(1),
  ackDeadlineSeconds: z.int().min(0).max(600).default(0),
});

/** 0 gives the messages back. @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions/modifyAckDeadline */
export const modifyAckDeadline: ApiMethod = {
  api: 'pubsub',
  name: 'projects.subscriptions.modifyAckDeadline',
  httpMethod: 'POST',
  path: '/v1/projects/{project}/subscriptions/{subscription}:modifyAckDeadline',
  run(state, { params, body, caller }) {
    const name = subscriptionName(state, params);
    const { ackIds, ackDeadlineSeconds } = parseMessage(Body, body);
    authorize(state, caller, 'pubsub.subscriptions.consume', name);
    const subscription = existingSubscription(state, name);
    expire(state, subscription);
    for (const ackId of ackIds) modify(state, subscription, ackId, ackDeadlineSeconds);
    return {};
  },
};
