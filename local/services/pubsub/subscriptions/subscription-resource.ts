import { z } from 'zod';
import { authorize } from '../../../authorization/authorize.ts';
import { accountResource, findAccount } from '../../../core/accounts.ts';
import { ApiError } from '../../../core/api-error.ts';
import type { Principal } from '../../../core/principal.ts';
import { projectIdOf } from '../../../core/projects.ts';
import { duration, message, unsupported } from '../../../core/proto-json.ts';
import type { Subscription, Topic } from '../../../state/pubsub.ts';
import type { State } from '../../../state/state.ts';

type Params = Readonly<Record<string, string>>;

const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;

/** @see https://cloud.google.com/pubsub/docs/pubsub-basics#resource_names */
export function checkResourceId(id = ''): void {
  if (/^(?!goog)[A-Za-z][\w.~+%-]{2,254}$/.test(id)) return;
  throw new ApiError('INVALID_ARGUMENT', `Invalid resource name given (name=${id}).`);
}

export const topicName = (state: State, { project = '', topic = '' }: Params): string =>
  `projects/${projectIdOf(state, project)}/topics/${topic}`;

export const subscriptionName = (
  state: State,
  { project = '', subscription = '' }: Params,
): string => `projects/${projectIdOf(state, project)}/subscriptions/${subscription}`;

/** A topic that a body names in full. */
export function topicNameIn(state: State, name: string): string {
  const [, project, topic] = /^projects\/([^/]+)\/topics\/([^/]+)$/.exec(name) ?? [];
  if (!project || !topic)
    throw new ApiError('INVALID_ARGUMENT', `Invalid topic name given (name=${name}).`);
  return topicName(state, { project, topic });
}

export const existingTopic = (state: State, name: string): Topic =>
  state.topics.get(name) ?? notFound('topic', name);

export const existingSubscription = (state: State, name: string): Subscription =>
  state.subscriptions.get(name) ?? notFound('subscription', name);

/** A Topic of a request. */
export const TopicBody = message({
  name: z.string().optional(),
  labels: z.record(z.string(), z.string()).default({}),
  state: z.unknown().optional(),
  messageRetentionDuration: unsupported,
  messageStoragePolicy: unsupported,
  messageTransforms: unsupported,
  kmsKeyName: unsupported,
  schemaSettings: unsupported,
  satisfiesPzs: unsupported,
  ingestionDataSourceSettings: unsupported,
  tags: unsupported,
});

export const PushConfigBody = message({
  pushEndpoint: z
    .union([z.literal(''), z.url({ protocol: /^https?$/ })], {
      error: 'The push endpoint must be a URL.',
    })
    .optional(),
  attributes: z.record(z.string(), z.string()).optional(),
  oidcToken: message({
    serviceAccountEmail: z.string().default(''),
    audience: z.string().optional(),
  }).optional(),
  pubsubWrapper: z.looseObject({}).optional(),
  noWrapper: unsupported,
});

/** A Subscription of a request. Filters, ordering, exactly-once delivery and other sinks are left to Google's own emulator. */
export const SubscriptionBody = message({
  name: z.string().optional(),
  topic: z.string().default(''),
  pushConfig: PushConfigBody.default({}),
  ackDeadlineSeconds: z
    .union([z.literal(0), z.int().min(10).max(600)], {
      error: 'The acknowledgement deadline is 10 to 600 seconds.',
    })
    .default(0),
  messageRetentionDuration: duration
    .refine((seconds) => seconds >= 10 * MINUTE && seconds <= 31 * DAY, {
      error: 'The message retention is 10 minutes to 31 days.',
    })
    .default(7 * DAY),
  labels: z.record(z.string(), z.string()).default({}),
  expirationPolicy: message({ ttl: z.string().optional() }).optional(),
  retryPolicy: message({
    minimumBackoff: duration.default(10),
    maximumBackoff: duration.default(600),
  })
    .refine(
      ({ minimumBackoff: min, maximumBackoff: max }) => min >= 0 && min <= max && max <= 600,
      {
        error: 'The backoff is 0 to 600 seconds.',
      },
    )
    .optional(),
  deadLetterPolicy: message({
    deadLetterTopic: z.string().min(1),
    maxDeliveryAttempts: z
      .union([z.literal(0), z.int().min(5).max(100)], {
        error: 'The maximum of delivery attempts is 5 to 100.',
      })
      .default(0),
  }).optional(),
  state: z.unknown().optional(),
  topicMessageRetentionDuration: z.unknown().optional(),
  retainAckedMessages: unsupported,
  enableMessageOrdering: unsupported,
  enableExactlyOnceDelivery: unsupported,
  detached: unsupported,
  filter: unsupported,
  bigqueryConfig: unsupported,
  bigtableConfig: unsupported,
  cloudStorageConfig: unsupported,
  messageTransforms: unsupported,
  tags: unsupported,
});
export type SubscriptionBody = z.infer<typeof SubscriptionBody>;

/** What a body says of a subscription, with Google's defaults, and with its dead-letter topic there. */
export function settingsOf(
  state: State,
  caller: Principal | undefined,
  body: SubscriptionBody,
): Omit<Subscription, 'name' | 'topic'> {
  const { deadLetterPolicy: dead, retryPolicy, expirationPolicy, labels } = body;
  const deadLetterTopic =
    dead && existingTopic(state, topicNameIn(state, dead.deadLetterTopic)).name;
  return {
    pushConfig: pushConfigOf(state, caller, body.pushConfig),
    ackDeadlineSeconds: body.ackDeadlineSeconds || 10,
    messageRetentionSeconds: body.messageRetentionDuration,
    labels,
    expirationPolicy: (expirationPolicy ?? { ttl: `${31 * DAY}s` }) as { ttl?: string },
    ...(retryPolicy && { retryPolicy }),
    ...(dead &&
      deadLetterTopic && {
        deadLetterPolicy: { deadLetterTopic, maxDeliveryAttempts: dead.maxDeliveryAttempts || 5 },
      }),
  };
}

/** Who makes Google sign as an account must be allowed to act as it. */
export function pushConfigOf(
  state: State,
  caller: Principal | undefined,
  { pushEndpoint, attributes, oidcToken }: z.infer<typeof PushConfigBody>,
): Subscription['pushConfig'] {
  if (!pushEndpoint) return {};
  if (oidcToken) {
    const account = findAccount(state, oidcToken.serviceAccountEmail);
    const resource = account ? accountResource(account) : 'projects/-';
    authorize(state, caller, 'iam.serviceAccounts.actAs', resource);
  }
  return {
    pushEndpoint,
    ...(attributes && Object.keys(attributes).length > 0 && { attributes }),
    ...(oidcToken && {
      oidcToken: {
        serviceAccountEmail: oidcToken.serviceAccountEmail,
        ...(oidcToken.audience && { audience: oidcToken.audience }),
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

export const toTopic = ({ name, labels }: Topic): object => ({
  name,
  ...(Object.keys(labels).length > 0 && { labels }),
});

export function alreadyExists(kind: 'topic' | 'subscription', name: string): never {
  const id = name.split('/').at(-1);
  throw new ApiError('ALREADY_EXISTS', `Resource already exists in the project (resource=${id}).`, [
    {
      '@type': 'type.googleapis.com/google.rpc.ResourceInfo',
      resourceType: kind,
      resourceName: name,
    },
  ]);
}

function notFound(kind: 'topic' | 'subscription', name: string): never {
  const id = name.split('/').at(-1);
  throw new ApiError('NOT_FOUND', `Resource not found (resource=${id}).`, [
    {
      '@type': 'type.googleapis.com/google.rpc.ResourceInfo',
      resourceType: kind,
      resourceName: name,
    },
  ]);
}
