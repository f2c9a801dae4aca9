import type { Answer } from './answer.ts';

/** A message, and what is written on its envelope: what subscriptions filter by. */
export type Envelope = {
  readonly message: object;
  readonly attributes?: Readonly<Record<string, string>>;
};

/** Pub/Sub, publishing. */
export interface Topics {
  /** Publishes in batches of up to 1,000 messages and 9 MB. `topic`: `projects/P/topics/T`. */
  publish(topic: string, envelopes: readonly Envelope[], signal: AbortSignal): Answer<void>;
}
