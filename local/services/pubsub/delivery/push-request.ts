import { Agent as HttpAgent, request as httpRequest, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { findAccount } from '../../../core/accounts.ts';
import { idTokenFor } from '../../../identity/id-token.ts';
import type { PendingMessage, PushConfig, Subscription } from '../../../state/pubsub.ts';
import type { State } from '../../../state/state.ts';

export type PushRequest = { url: URL; headers: Record<string, string>; body: string };

export type Endpoint = {
  /** @returns the status of the answer; 0 when there is none */
  post(request: PushRequest, signal: AbortSignal): Promise<number>;
  close(): void;
};

/**
 * What Pub/Sub sends to a push endpoint. The subscriptions that Eventarc makes are told by their endpoint's query, and get the same body as a
 * CloudEvent in binary mode.
 *
 * @returns undefined when the account that the push is to be signed for cannot sign
 * @see https://cloud.google.com/pubsub/docs/push#receive_push
 */
export async function pushRequest(
  state: State,
  subscription: Subscription,
  { message, attempts }: PendingMessage,
): Promise<PushRequest | undefined> {
  const { pushConfig } = subscription;
  const url = new URL(pushConfig.pushEndpoint ?? '');
  const token = pushConfig.oidcToken && (await tokenFor(state, pushConfig));
  if (pushConfig.oidcToken && !token) return undefined;
  const { messageId, publishTime, data, attributes, orderingKey } = message;
  const body = JSON.stringify({
    message: {
      ...(Object.keys(attributes).length > 0 && { attributes }),
      ...(data !== '' && { data }),
      messageId,
      message_id: messageId,
      ...(orderingKey && { orderingKey }),
      publishTime,
      publish_time: publishTime,
    },
    subscription: subscription.name,
    ...(subscription.deadLetterPolicy && { deliveryAttempt: attempts }),
  });
  const isEventarc = url.searchParams.get('__GCP_CloudEventsMode') === 'CE_PUBSUB_BINDING';
  return {
    url,
    body,
    headers: {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'user-agent': 'APIs-Google; (+https://developers.google.com/webmasters/APIs-Google.html)',
      ...(token && { authorization: `Bearer ${token}` }),
      ...(isEventarc && {
        'ce-id': messageId,
        'ce-source': `//pubsub.googleapis.com/${subscription.topic}`,
        'ce-specversion': '1.0',
        'ce-type': 'google.cloud.pubsub.topic.v1.messagePublished',
        'ce-time': publishTime,
      }),
    },
  };
}

/** By the wall clock: it is checked by a process on this machine. */
async function tokenFor(
  state: State,
  { oidcToken, pushEndpoint = '' }: PushConfig,
): Promise<string | undefined> {
  const account = findAccount(state, oidcToken?.serviceAccountEmail ?? '');
  if (!account || account.disabled) return undefined;
  const audience = oidcToken?.audience || pushEndpoint;
  return await idTokenFor(state, account, { audience, includeEmail: true, clock: 'machine' });
}

export function openEndpoint(): Endpoint {
  const http = new HttpAgent({ keepAlive: true });
  const https = new HttpsAgent({ keepAlive: true });
  const send = (url: URL, options: RequestOptions) =>
    url.protocol === 'https:'
      ? httpsRequest(url, { ...options, agent: https })
      : httpRequest(url, { ...options, agent: http });
  return {
    post: ({ url, headers, body }, signal) =>
      new Promise((resolve) => {
        const sent = send(url, { method: 'POST', headers, signal });
        sent.on('error', () => resolve(0));
        sent.on('information', ({ statusCode }) => {
          if (statusCode === 102) resolve(statusCode);
        });
        // Only the status counts, and only once the answer is through.
        sent.on('response', (answer) => {
          answer.on('error', () => resolve(0));
          answer.on('end', () => resolve(answer.statusCode ?? 0));
          answer.resume();
        });
        sent.end(body);
      }),
    close() {
      http.destroy();
      https.destroy();
    },
  };
}
