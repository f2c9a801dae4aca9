import { z } from 'zod';
import { authorize } from '../../../authorization/authorize.ts';
import { ApiError } from '../../../core/api-error.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { message, parseMessage } from '../../../core/proto-json.ts';
import { MESSAGES } from '../audit.ts';
import { expireDeadlines, takeNext } from '../delivery/outstanding.ts';
import { subscriptionName } from '../resource-names.ts';
import { existingSubscription } from './subscription-resource.ts';

const Body = message({
  subscription: z.unknown().optional(),
  maxMessages: z.int().min(1).max(1000),
  returnImmediately: z.boolean().optional(),
});

/** Responds at once, even without any message. Google waits for messages for some time. @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions/pull */
export const pull: ApiMethod = {
  api: 'pubsub',
  name: 'projects.subscriptions.pull',
  httpMethod: 'POST',
  path: '/v1/projects/{project}/subscriptions/{subscription}:pull',
  audit: MESSAGES,
  run(state, { params, body, caller }) {
    const name = subscriptionName(state, params);
    const { maxMessages } = parseMessage(Body, body);
    authorize(state, caller, 'pubsub.subscriptions.consume', name);
    const subscription = existingSubscription(state, name);
    if (subscription.pushConfig.pushEndpoint)
      throw new ApiError(
        'FAILED_PRECONDITION',
        'This method is not supported for this subscription type.',
      );
    expireDeadlines(state, subscription);
    const receivedMessages: object[] = [];
    while (receivedMessages.length < maxMessages) {
      const taken = takeNext(state, subscription);
      if (!taken) break;
      const { ackId, pending } = taken;
      const { data, attributes, ...message } = pending.message;
      receivedMessages.push({
        ackId,
        message: {
          ...(data !== '' && { data }),
          ...(Object.keys(attributes).length > 0 && { attributes }),
          ...message,
        },
        ...(subscription.deadLetterPolicy && { deliveryAttempt: pending.attempts }),
      });
    }
    return receivedMessages.length > 0 ? { receivedMessages } : {};
  },
};
