import { z } from 'zod';
import { PolicyBody } from '../authorization/policy-body.ts';
import { duration } from '../core/proto-json.ts';
import { parseMessageFilter } from '../services/pubsub/delivery/message-filter.ts';

const topic = z
  .string()
  .regex(/^projects\/[^/]+\/topics\/[^/]+$/, 'must be projects/PROJECT/topics/NAME');
const WEEK_SECONDS = 604_800;

/** A subscription in a world file, with Google's fields. @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions#Subscription */
export const Subscription = z
  .strictObject({
    name: z
      .string()
      .regex(
        /^projects\/[^/]+\/subscriptions\/[^/]+$/,
        'must be projects/PROJECT/subscriptions/NAME',
      ),
    topic,
    pushConfig: z
      .strictObject({
        pushEndpoint: z.url({ protocol: /^https?$/ }).exactOptional(),
        attributes: z.record(z.string(), z.string()).exactOptional(),
        oidcToken: z
          .strictObject({ serviceAccountEmail: z.string(), audience: z.string().exactOptional() })
          .exactOptional(),
      })
      .default({}),
    filter: z
      .string()
      .refine((text) => parseMessageFilter(text) !== undefined, 'is not a filter of Pub/Sub')
      .exactOptional(),
    ackDeadlineSeconds: z.int().min(10).max(600).default(10),
    messageRetentionDuration: duration.default(WEEK_SECONDS),
    retryPolicy: z
      .strictObject({ minimumBackoff: duration, maximumBackoff: duration })
      .exactOptional(),
    deadLetterPolicy: z
      .strictObject({ deadLetterTopic: topic, maxDeliveryAttempts: z.int().min(5).max(100) })
      .exactOptional(),
    expirationPolicy: z
      .strictObject({ ttl: z.string().exactOptional() })
      .default({ ttl: '2678400s' }),
    policy: PolicyBody.exactOptional(),
  })
  .transform(({ messageRetentionDuration: messageRetentionSeconds, ...fields }) => ({
    ...fields,
    messageRetentionSeconds,
    labels: {},
  }));
