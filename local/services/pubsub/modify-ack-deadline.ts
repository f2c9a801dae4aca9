import { z } from 'zod';
import { authorize } from '../../authorization/authorize.ts';
import type { Action } from '../../core/action.ts';
import { message, parseMessage } from '../../core/proto.ts';
import { expire, modifyAckDeadline as modify } from './backlog.ts';
import { existingSubscription, subscriptionName } from './pubsub.ts';

const Body = message({
  subscription: z.unknown().optional(),
  ackIds: z.array(z.string()).min(1),
  ackDeadlineSeconds: z.int().min(0).max(600).default(0),
});

/** 0 gives the messages back. @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions/modifyAckDeadline */
export const modifyAckDeadline: Action = {
  api: 'pubsub',
  method: 'projects.subscriptions.modifyAckDeadline',
  verb: 'POST',
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
