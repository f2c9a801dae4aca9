import type { Attributed, Topics } from '../cloud.ts';
import { err, ok } from '../domain/result.ts';
import { failureOf } from './failures.ts';
import type { Hosts, Http } from './http.ts';
import { retrying } from './retry.ts';
import { WIRE, type Wire } from './wire.ts';

/** Google takes 1,000 messages and 10 MB; the difference is for what base64 and the envelope add. */
const BATCH_MESSAGES = 1_000;
const BATCH_BYTES = 9_000_000;

/** As Pub/Sub carries it, `data` in base64. */
type Enveloped = { readonly data: string; readonly attributes: Readonly<Record<string, string>> };

/** Messages as JSON bytes, in batches that one request may carry. */
function* batchesOf(messages: readonly Attributed[]): Generator<Enveloped[]> {
  let batch: Enveloped[] = [];
  let bytes = 0;
  for (const { message, attributes } of messages) {
    const data = Buffer.from(JSON.stringify(message)).toString('base64');
    const size = data.length + Buffer.byteLength(JSON.stringify(attributes)) + 100;
    if (batch.length === BATCH_MESSAGES || (batch.length > 0 && bytes + size > BATCH_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push({ data, attributes });
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

/** Pub/Sub, publishing. */
export function topicsOf(http: Http, hosts: Hosts, wire: Wire = WIRE): Topics {
  /** @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.topics/publish */
  const publishWith: Topics['publishWith'] = async (topic, given, signal) => {
    const url = `${hosts.pubsub}/v1/${topic}:publish`;
    for (const messages of batchesOf(given)) {
      // A batch that was published and not acknowledged is published twice: each request is obeyed at most once.
      const published = await retrying(
        async () => {
          const answer = await http({ method: 'POST', url, body: { messages }, signal });
          if (answer.status === 200) return ok(undefined);
          return err(
            failureOf(answer, {
              what: 'topics.publish',
              denied: 'publish-denied',
              missing: 'publish-denied',
              refused: 'publish-denied',
            }),
          );
        },
        signal,
        wire,
      );
      if (!published.ok) return published;
    }
    return ok(undefined);
  };

  return {
    publishWith,
    publish: (topic, messages, signal) =>
      publishWith(
        topic,
        messages.map((message) => ({ message, attributes: {} })),
        signal,
      ),
  };
}
