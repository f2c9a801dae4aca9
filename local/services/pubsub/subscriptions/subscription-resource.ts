import { z } from 'zod';
import type { Principal } from '../../../core/principal.ts';
import { duration, message, unsupported } from '../../../core/proto-json.ts';
import type { Subscription } from '../../../state/pubsub.ts';
import type { State } from '../../../state/state.ts';
import { parseMessageFilter } from '../delivery/message-filter.ts';
import { notFound } from '../resource-errors.ts';
import { parseTopicName } from '../resource-names.ts';
import { existingTopic } from '../topics/topic-resource.ts';
import { PushConfigBody, pushConfigOf } from './push-config.ts';

const MINUTE_SECONDS = 60;
const DAY_SECONDS = 24 * 60 * MINUTE_SECONDS;

export const existingSubscription = (state: State, name: string): Subscription =>
  state.subscriptions.get(name) ?? notFound('subscription', name);

/**
 * The Subscription of a request. Ordering, exactly-once delivery and exports are not supported; Google's own emulator
 * has them.
 */
export const SubscriptionBody = message({
  name: z.string().optional(),
  topic: z.string().default(''),
  pushConfig: PushConfigBody.default({}),
  ackDeadlineSeconds: z
    .union([z.literal(0), z.int().min(10).max(600)], {
      error: 'The acknowledgement deadline must be 10 to 600 seconds.',
    })
    .default(0),
  messageRetentionDuration: duration
    .refine((seconds) => seconds >= 10 * MINUTE_SECONDS && seconds <= 31 * DAY_SECONDS, {
      error: 'The message retention must be 10 minutes to 31 days.',
    })
    .default(7 * DAY_SECONDS),
  labels: z.record(z.string(), z.string()).default({}),
  expirationPolicy: message({ ttl: z.string().optional() }).optional(),
  retryPolicy: message({
    minimumBackoff: duration.default(10),
    maximumBackoff: duration.default(600),
  })
    .refine(
      ({ minimumBackoff: min, maximumBackoff: max }) => min >= 0 && min <= max && max <= 600,
      {
        error: 'The backoff must be 0 to 600 seconds.',
      },
    )
    .optional(),
  deadLetterPolicy: message({
    deadLetterTopic: z.string().min(1),
    maxDeliveryAttempts: z
      .union([z.literal(0), z.int().min(5).max(100)], {
        error: 'The maximum number of delivery attempts must be 5 to 100.',
      })
      .default(0),
  }).optional(),
  filter: z
    .string()
    .refine((text) => text === '' || parseMessageFilter(text) !== undefined, {
      error: 'Invalid filter syntax.',
    })
    .optional(),
  state: z.unknown().optional(),
  topicMessageRetentionDuration: z.unknown().optional(),
  retainAckedMessages: unsupported,
  enableMessageOrdering: unsupported,
  enableExactlyOnceDelivery: unsupported,
  detached: unsupported,
  bigqueryConfig: unsupported,
  bigtableConfig: unsupported,
  cloudStorageConfig: unsupported,
  messageTransforms: unsupported,
  tags: unsupported,
});
export type SubscriptionBody = z.infer<typeof SubscriptionBody>;

/** The settings in a request, with Google's defaults. @throws {ApiError} 404 when the dead-letter topic does not exist */
export function subscriptionSettingsOf(
  state: State,
  caller: Principal | undefined,
  body: SubscriptionBody,
): Omit<Subscription, 'name' | 'topic'> {
  const { deadLetterPolicy, retryPolicy, expirationPolicy, labels, filter } = body;
  const deadLetterTopic =
    deadLetterPolicy &&
    existingTopic(state, parseTopicName(state, deadLetterPolicy.deadLetterTopic)).name;
  return {
    pushConfig: pushConfigOf(state, caller, body.pushConfig),
    ackDeadlineSeconds: body.ackDeadlineSeconds || 10,
    messageRetentionSeconds: body.messageRetentionDuration,
    labels,
    ...(filter && { filter }),
    expirationPolicy: (expirationPolicy ?? { ttl: `${31 * DAY_SECONDS}s` }) as { ttl?: string },
    ...(retryPolicy && { retryPolicy }),
    ...(deadLetterPolicy &&
      deadLetterTopic && {
        deadLetterPolicy: {
          deadLetterTopic,
          maxDeliveryAttempts: deadLetterPolicy.maxDeliveryAttempts || 5,
        },
      }),
  };
}

/** @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions#Subscription */
export function toSubscription(subscription: Subscription): object {
  const { messageRetentionSeconds, retryPolicy, labels, ...rest } = subscription;
  return {
    ...rest,
    messageRetentionDuration: `${messageRetentionSeconds}s`,
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(retryPolicy && {
      retryPolicy: {
        minimumBackoff: `${retryPolicy.minimumBackoff}s`,
        maximumBackoff: `${retryPolicy.maximumBackoff}s`,
      },
    }),
    state: 'ACTIVE',
  };
}
