import type { PriorityQueue } from './priority-queue.ts';

export type Topic = { name: string; labels: Record<string, string> };

export type PubsubMessage = {
  data: string;
  attributes: Record<string, string>;
  messageId: string;
  publishTime: string;
  orderingKey?: string;
};

export type PushConfig = {
  pushEndpoint?: string;
  attributes?: Record<string, string>;
  oidcToken?: { serviceAccountEmail: string; audience?: string };
};

export type Subscription = {
  name: string;
  /** `_deleted-topic_` after the topic is deleted. */
  topic: string;
  /** Without a `pushEndpoint` this is a pull subscription. */
  pushConfig: PushConfig;
  ackDeadlineSeconds: number;
  messageRetentionSeconds: number;
  labels: Record<string, string>;
  /** Messages that it does not match are acknowledged at once. It never changes. */
  filter?: string;
  expirationPolicy?: { ttl?: string };
  /** Seconds. */
  retryPolicy?: { minimumBackoff: number; maximumBackoff: number };
  deadLetterPolicy?: { deadLetterTopic: string; maxDeliveryAttempts: number };
};

/** A message that one subscription must still deliver. */
export type PendingMessage = {
  message: PubsubMessage;
  /** How often it was delivered. */
  attempts: number;
  /** Milliseconds since 1970. */
  dueAt: number;
};

/** The messages of one subscription. */
export type Backlog = {
  waiting: PriorityQueue<PendingMessage>;
  /** Messages that were delivered and not yet acknowledged, by ack ID. `deadline`: milliseconds since 1970. */
  outstanding: Map<string, { pending: PendingMessage; deadline: number }>;
  /** How long the last failed push paused the whole subscription, in milliseconds. */
  pauseMs: number;
  /** Milliseconds since 1970. */
  pausedUntil: number;
};
