import { z } from 'zod';
import { authorize } from '../../../authorization/authorize.ts';
import { ApiError } from '../../../core/api-error.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { fieldMask, message, parseMessage } from '../../../core/proto-json.ts';
import type { Subscription } from '../../../state/pubsub.ts';
import { subscriptionAudit } from '../audit.ts';
import { subscriptionName } from '../resource-names.ts';
import {
  existingSubscription,
  SubscriptionBody,
  subscriptionSettingsOf,
  toSubscription,
} from './subscription-resource.ts';

const Body = message({ subscription: SubscriptionBody, updateMask: z.string().optional() });

const FIELDS: Readonly<Record<string, keyof Subscription>> = {
  pushConfig: 'pushConfig',
  ackDeadlineSeconds: 'ackDeadlineSeconds',
  messageRetentionDuration: 'messageRetentionSeconds',
  labels: 'labels',
  expirationPolicy: 'expirationPolicy',
  retryPolicy: 'retryPolicy',
  deadLetterPolicy: 'deadLetterPolicy',
};

/** The body contains the mask. @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions/patch */
export const updateSubscription: ApiMethod = {
  api: 'pubsub',
  name: 'projects.subscriptions.patch',
  httpMethod: 'PATCH',
  path: '/v1/projects/{project}/subscriptions/{subscription}',
  audit: subscriptionAudit('google.pubsub.v1.Subscriber.UpdateSubscription'),
  run(state, { params, query, body, caller }) {
    const name = subscriptionName(state, params);
    const { subscription: requested, updateMask } = parseMessage(Body, body);
    const mask = fieldMask(updateMask ?? query.get('updateMask'));
    if (mask.length === 0)
      throw new ApiError('INVALID_ARGUMENT', 'The update_mask must be set, and must name a field.');
    authorize(state, caller, 'pubsub.subscriptions.update', name);
    const subscription = existingSubscription(state, name);
    const settings: Partial<Subscription> = subscriptionSettingsOf(state, caller, requested);
    for (const path of mask) {
      const field = FIELDS[path];
      if (!field)
        throw new ApiError(
          'INVALID_ARGUMENT',
          `Invalid update_mask provided: ${path} cannot be updated.`,
        );
      if (settings[field] === undefined) delete subscription[field];
      else Object.assign(subscription, { [field]: settings[field] });
    }
    for (const listener of state.arrivalListeners) listener(name);
    return toSubscription(subscription);
  },
};
