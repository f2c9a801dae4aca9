import { startLocalCloud } from '../../local/cloud.ts';
import { CLOUD_PLATFORM, issueToken } from '../../local/identity/access-tokens.ts';
import { acknowledgeMessage, takeNext } from '../../local/services/pubsub/delivery/outstanding.ts';
import { publish } from '../../local/services/pubsub/delivery/publish.ts';
import type { SigningKey } from '../../local/state/credentials.ts';
import type { State } from '../../local/state/state.ts';
import type { googleCloud } from '../../shared/google/cloud.ts';
import type { Hosts } from '../../shared/google/wire/http.ts';
import { cloudOf, HOSTS, type Network, PLACEHOLDER_URL } from '../simulation/clients.ts';

/** RSA keys are expensive to make, so all worlds of a process share them. */
const KEYS = new Map<string, Promise<SigningKey>>();
const TOPICS = ['tick', 'mint', 'failed', 'drift', 'rotated'] as const;
type Topic = (typeof TOPICS)[number];

type Message = { readonly id: string; readonly data: string };

/** A deployment in a local cloud. It uses Google's real clients, without a socket. Its time passes only when a test moves the clock. */
export type Deployment = {
  readonly clock: { now: Date };
  readonly state: State;
  /** The cloud, as the function that runs as this account calls it. */
  as(email: string): { readonly cloud: ReturnType<typeof googleCloud>; readonly hosts: Hosts };
  /** Publishes what Cloud Scheduler publishes for a tick. */
  tick(): void;
  /** All messages that were published to a topic since the last `take`. */
  take(topic: Topic): Message[];
  /**
   * Freezes the function that adds the next version: this time passes before it reads the response. From then on Google answers every
   * PATCH of a secret with 503.
   *
   * @returns a function that ends the 503s
   */
  freeze(milliseconds: number): () => void;
  close(): Promise<void>;
};

export async function deploy(seed: object): Promise<Deployment> {
  const clock = { now: new Date('2026-11-22T12:00:00Z') };
  const local = await startLocalCloud({ now: () => clock.now, seed, random: () => 0 });
  const { state } = local;
  for (const [id, key] of KEYS) state.signingKeys.set(id, key);
  for (const name of TOPICS) {
    const subscription = `projects/acme-ops/subscriptions/${name}`;
    state.subscriptions.set(subscription, {
      name: subscription,
      topic: `projects/acme-ops/topics/hopmint-${name}`,
      pushConfig: {},
      ackDeadlineSeconds: 120,
      messageRetentionSeconds: 86_400,
      labels: {},
    });
  }

  let freezeMs: number | undefined;
  let isFrozen = false;
  const network: typeof fetch = async (url, init) => {
    const at = String(url instanceof Request ? url.url : url).replace(PLACEHOLDER_URL, local.url);
    const request = new Request(at, url instanceof Request ? url : init);
    if (isFrozen && request.method === 'PATCH') return new Response('{}', { status: 503 });
    const response = await local.fetch(request);
    if (freezeMs !== undefined && new URL(request.url).pathname.endsWith(':addVersion')) {
      clock.now = new Date(clock.now.getTime() + freezeMs);
      freezeMs = undefined;
      isFrozen = true;
    }
    return response;
  };
  const wire: Network = {
    fetch: network,
    callTimeoutMs: 600_000,
    listTimeoutMs: 600_000,
    elapsedMs: () => clock.now.getTime(),
    wait: async (ms) => {
      clock.now = new Date(clock.now.getTime() + ms);
    },
    random: () => 0.5,
  };
  const borrowed: ReturnType<typeof cloudOf>[] = [];

  return {
    clock,
    state,
    as(email) {
      const principal = { member: `serviceAccount:${email}`, email, scopes: [CLOUD_PLATFORM] };
      const token = issueToken(state, principal, [CLOUD_PLATFORM], 86_400, 'machine').accessToken;
      const clients = cloudOf(email, { wire, token }, () => clock.now);
      borrowed.push(clients);
      return { cloud: clients.cloud, hosts: HOSTS };
    },
    tick() {
      const data = Buffer.from('{}').toString('base64');
      publish(state, 'projects/acme-ops/topics/hopmint-tick', [{ data, attributes: {} }]);
    },
    take(topic) {
      const subscription = state.subscriptions.get(`projects/acme-ops/subscriptions/${topic}`);
      const messages: Message[] = [];
      while (subscription) {
        const taken = takeNext(state, subscription);
        if (!taken) break;
        const { messageId, data } = taken.pending.message;
        messages.push({ id: messageId, data });
        acknowledgeMessage(state, subscription.name, taken.ackId);
      }
      return messages;
    },
    freeze(milliseconds) {
      freezeMs = milliseconds;
      return () => {
        freezeMs = undefined;
        isFrozen = false;
      };
    },
    async close() {
      for (const [id, key] of state.signingKeys) KEYS.set(id, key);
      for (const { release } of borrowed) release();
      await local.close();
    },
  };
}
