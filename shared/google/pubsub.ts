import type { v1 } from '@google-cloud/pubsub';
import type { Envelope, Topics } from '../cloud/topics.ts';
import type { Failure } from '../domain/basics/failure.ts';
import { err, ok, type Result } from '../domain/basics/result.ts';
import { failureOf } from './wire/failures.ts';
import { callOnce, toHttpResponse } from './wire/generated-clients.ts';
import type { Hosts, Identity } from './wire/http.ts';
import { anonymous } from './wire/identity.ts';
import { retrying } from './wire/retry.ts';
import { REST } from './wire/transport.ts';
import { WIRE, type Wire } from './wire/wire.ts';

/** Google takes 1,000 messages and 10 MB in one request. 1 MB is left for attributes and JSON. */
const BATCH_MESSAGES = 1_000;
const BATCH_BYTES = 9_000_000;

/** A message in the form that Google's client takes. */
type WireMessage = { readonly data: Buffer; readonly attributes: Record<string, string> };

const toWireMessage = ({ message, attributes = {} }: Envelope): WireMessage => ({
  data: Buffer.from(JSON.stringify(message)),
  attributes: { ...attributes },
});

/** Divides messages into batches that fit into one request each. */
function* batchesOf(envelopes: readonly Envelope[]): Generator<WireMessage[]> {
  let batch: WireMessage[] = [];
  let bytes = 0;
  for (const envelope of envelopes) {
    const message = toWireMessage(envelope);
    const overhead = Buffer.byteLength(JSON.stringify(message.attributes)) + 100;
    const size = Math.ceil(message.data.length / 3) * 4 + overhead; // base64
    if (batch.length === BATCH_MESSAGES || (batch.length > 0 && bytes + size > BATCH_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(message);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

/** Pub/Sub. Loads Google's client at its first use. */
export function topicsOf(identity: Identity, hosts: Hosts, wire: Wire = WIRE): Topics {
  let loaded: Promise<v1.PublisherClient> | undefined;
  const load = async () => {
    const { default: pubsub } = await import('@google-cloud/pubsub');
    return new pubsub.v1.PublisherClient({
      ...(wire.transport ?? REST).options(hosts.pubsub),
      authClient: await (hosts.pubsubIsEmulator ? anonymous() : identity()),
    });
  };

  /** @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.topics/publish */
  const send = async (
    topic: string,
    messages: WireMessage[],
    signal: AbortSignal,
  ): Promise<Result<void, Failure>> => {
    loaded ??= load();
    const client = await loaded;
    try {
      await callOnce(
        (options) => client.publish({ topic, messages }, options),
        signal,
        wire.callTimeoutMs,
        wire.transport,
      );
      return ok(undefined);
    } catch (error) {
      return err(
        failureOf(toHttpResponse(error), {
          operation: 'topics.publish',
          denied: 'publish-denied',
          missing: 'publish-denied',
          refused: 'publish-denied',
        }),
      );
    }
  };

  return {
    async publish(topic, envelopes, signal) {
      for (const messages of batchesOf(envelopes)) {
        // A retry may publish a batch twice, if Google's answer was lost. `mint` obeys each request at most once.
        const published = await retrying(() => send(topic, messages, signal), signal, wire);
        if (!published.ok) return published;
      }
      return ok(undefined);
    },
    publishOnce: (topic, envelope, signal) => send(topic, [toWireMessage(envelope)], signal),
  };
}
