import { findAccount } from '../../../core/accounts.ts';
import { idTokenFor } from '../../../identity/id-token.ts';
import type { PendingMessage, PushConfig, Subscription } from '../../../state/pubsub.ts';
import type { State } from '../../../state/state.ts';

export type PushRequest = { url: URL; headers: Record<string, string>; body: string };

/**
 * The HTTP request that pushes a message.
 *
 * @returns undefined when the account of the OIDC token does not exist or is disabled
 * @see https://cloud.google.com/pubsub/docs/push#receive_push
 */
export async function pushRequest(
  state: State,
  subscription: Subscription,
  { message, attempts }: PendingMessage,
): Promise<PushRequest | undefined> {
  const { pushConfig } = subscription;
  const url = new URL(pushConfig.pushEndpoint ?? '');
  const token = pushConfig.oidcToken && (await oidcTokenFor(state, pushConfig));
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
  return {
    url,
    body,
    headers: {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'user-agent': 'APIs-Google; (+https://developers.google.com/webmasters/APIs-Google.html)',
      ...(token && { authorization: `Bearer ${token}` }),
    },
  };
}

/** The token expires by the machine's clock, because a process on this machine checks it. */
async function oidcTokenFor(
  state: State,
  { oidcToken, pushEndpoint = '' }: PushConfig,
): Promise<string | undefined> {
  const account = findAccount(state, oidcToken?.serviceAccountEmail ?? '');
  if (!account || account.disabled) return undefined;
  const audience = oidcToken?.audience || pushEndpoint;
  return await idTokenFor(state, account, { audience, includeEmail: true, clock: 'machine' });
}
