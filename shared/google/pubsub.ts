import type { v1 } from '@google-cloud/pubsub';
import type { Envelope, Topics } from '../cloud/topics.ts';

import { err, ok } from '../domain/basics/result.ts';
import { failureOf } from './wire/failures.ts';
import { answerOf, endpointOf, once } from './wire/generated-clients.ts';
import type { Hosts, Identity } from './wire/http.ts';
import { anonymous } from './wire/identity.ts';
import { retrying } from './wire/retry.ts';
import { WIRE, type Wire } from './wire/wire.ts';

/** Google takes 1,000 messages and 10 MB; the difference is for what base64 and the envelope add. */
const BATCH_MESSAGES = 1_000;
const BATCH_BYTES = 9_000_000;

/** As Pub/Sub carries it. */
type WireMessage = { readonly data: Buffer; readonly attributes: Record<string, string> };

/** Messages as JSON bytes, in batches that one request may carry. */
function* batchesOf(envelopes: readonly Envelope[]): Generator<WireMessage[]> {
  let batch: WireMessage[] = [];
  let bytes = 0;
  for (const { message, attributes = {} } of envelopes) {
    const data = Buffer.from(JSON.stringify(message));
    const around = Buffer.byteLength(JSON.stringify(attributes)) + 100;
    const size = Math.ceil(data.length / 3) * 4 + around;
    if (batch.length === BATCH_MESSAGES || (batch.length > 0 && bytes + size > BATCH_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push({ data, attributes: { ...attributes } });
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

/** Pub/Sub, publishing. The client is loaded at its first use. */
export function topicsOf(identity: Identity, hosts: Hosts, wire: Wire = WIRE): Topics {
  let loaded: Promise<v1.PublisherClient> | undefined;
  const load = async () => {
    const { default: pubsub } = await import('@google-cloud/pubsub');
    return new pubsub.v1.PublisherClient({
      ...endpointOf(hosts.pubsub),
      authClient: await (hosts.pubsubIsEmulator ? anonymous() : identity()),
    });
  };

  /** @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.topics/publish */
  const publish: Topics['publish'] = async (topic, envelopes, signal) => {
    loaded ??= load();
    const client = await loaded;
    for (const messages of batchesOf(envelopes)) {
      // A batch that was published and not acknowledged is published twice: each request is obeyed at most once.
      const published = await retrying(
        async () => {
          try {
            return ok(
              await once(
                (options) => client.publish({ topic, messages }, options),
                signal,
                wire.callTimeoutMs,
              ),
            );
          } catch (error) {
            return err(
              failureOf(answerOf(error), {
                what: 'topics.publish',
                denied: 'publish-denied',
                missing: 'publish-denied',
                refused: 'publish-denied',
              }),
            );
          }
        },
        signal,
        wire,
      );
      if (!published.ok) return published;
    }
    return ok(undefined);
  };

  return { publish };
}
