import type { AsyncResult } from './async-result.ts';

/** A message and its attributes. Subscriptions can filter by attributes. */
export type Envelope = {
  readonly message: object;
  readonly attributes?: Readonly<Record<string, string>>;
};

/** Pub/Sub. */
export interface Topics {
  /** Publishes in batches of up to 1,000 messages and 9 MB. `topic`: `projects/P/topics/T`. */
  publish(topic: string, envelopes: readonly Envelope[], signal: AbortSignal): AsyncResult<void>;
  /** Publishes one message at most once: a call without an answer is not repeated. */
  publishOnce(topic: string, envelope: Envelope, signal: AbortSignal): AsyncResult<void>;
}
