import { inspect } from 'node:util';
import { type Fanned, fanout } from '../../functions/fanout/fanout.ts';
import { mint } from '../../functions/mint/rotate.ts';
import { type LocalCloud, startLocalCloud } from '../../local/cloud.ts';
import { CLOUD_PLATFORM, issueToken } from '../../local/identity/access-tokens.ts';
import {
  acknowledgeMessage,
  expireDeadlines,
  nack,
  takeNext,
} from '../../local/services/pubsub/delivery/outstanding.ts';
import { publish } from '../../local/services/pubsub/delivery/publish.ts';
import type { SigningKey } from '../../local/state/credentials.ts';

import type { Cloud } from '../../shared/cloud/cloud.ts';
import type { Chain, ChainFile } from '../../shared/domain/chain/chain.ts';
import { type Intent, intentOf } from '../../shared/domain/chain/intent.ts';
import { EMPTY_MEMORY, type Memory } from '../../shared/domain/rotation/tick-plan.ts';
import type { Wire } from '../../shared/google/wire/wire.ts';
import { versionOf } from '../domain/chain/versions.ts';
import { FANOUT, MINTER, seedOf, TOPICS } from '../functions/rotation-world.ts';
import { ANYWHERE, cloudOf, type Network } from './clients.ts';

/** RSA keys are dear to make: every world of a process has the same. */
const KEYS = new Map<string, Promise<SigningKey>>();

/** A message that Pub/Sub has delivered, and waits to hear of. */
export type Delivery = {
  readonly id: string;
  readonly data: string;
  readonly publishedAt: Date;
  acknowledge(): void;
  nack(): void;
};

/** What runs a function: its network, its clock's error, its deadline. */
export type Host = {
  readonly fetch: typeof fetch;
  /** Between two attempts. By default the clock just moves. */
  readonly wait?: Wire['wait'];
  readonly signal?: () => AbortSignal;
  readonly skewSeconds?: number;
};

export type Instance = { run(delivery: Delivery): Promise<void> };

export type Deployment = {
  readonly local: LocalCloud;
  readonly clock: { now: Date };
  /** What mint and fanout read; another one may be put here. */
  readonly intent: { now: Intent };
  /** All that the functions returned and threw, as text: to be searched for credentials. */
  readonly said: string[];
  /** Called after every call of a function that was answered. */
  readonly answered: Set<(request: Request, response: Response) => unknown>;
  /** By the real network, or without a socket. */
  readonly send: (request: Request) => Promise<Response>;
  /** A new instance, with nothing kept from before. */
  fanout(host?: Partial<Host>): Instance & { fanned?: Fanned };
  mint(host?: Partial<Host>): Instance & { last?: Awaited<ReturnType<typeof mint>> };
  /** Cloud Scheduler's beat, to be taken from the subscription. */
  beat(data?: object): void;
  take(topic: 'tick' | 'mint' | 'failed' | 'drift'): Delivery | undefined;
  /** One beat, and all that comes of it, by the instances that stand. */
  tick(data?: object): Promise<void>;
  /** Somebody else's call, with every right on secrets. */
  ada(method: string, path: string, body: object): Promise<unknown>;
  /** Over again from here, as after a deployment: no instance remembers anything. */
  restart(): void;
  close(): Promise<void>;
};

export const fileOf = (chains: readonly Chain[], part: Partial<ChainFile> = {}): ChainFile => ({
  caller: { email: MINTER },
  tickEverySeconds: 60,
  writesPerMinute: 540,
  chains,
  exceptions: [],
  ...part,
});

const SUBSCRIPTIONS = '/v1/projects/acme-ops/subscriptions';

/**
 * The functions over the local cloud, with Google's real clients, and time that only tests move.
 *
 * @param options.sockets real HTTP in place of calls within the process, for the instances that are given `send`
 */
export async function deploy(
  chains: readonly Chain[],
  options: {
    readonly now: Date;
    readonly sockets?: boolean;
    readonly random?: () => number;
    readonly file?: Partial<ChainFile>;
  },
): Promise<Deployment> {
  const clock = { now: options.now };
  const random = options.random ?? (() => 0);
  const local = await startLocalCloud({ now: () => clock.now, seed: seedOf(chains), random });
  for (const [id, key] of KEYS) local.state.signingKeys.set(id, key);
  const { state } = local;
  const answered: Deployment['answered'] = new Set();
  const said: string[] = [];
  const intent = { now: intentOf(fileOf(chains, options.file), versionOf()) };

  const through =
    (network: typeof fetch, hostOf: (url: string) => string = (url) => url): typeof fetch =>
    async (url, init) => {
      const at = hostOf(String(url instanceof Request ? url.url : url));
      const isAsItIs = url instanceof Request && url.url === at;
      const request = isAsItIs ? url : new Request(at, url instanceof Request ? url : init);
      // Messages are looked at afterwards; nothing else that is sent.
      const response = await network(publishes(request) ? request.clone() : request);
      for (const look of answered) await look(request, response);
      return response;
    };
  // Whatever the host.
  const direct = through(local.fetch);
  const atLocal = (url: string) => url.replace(ANYWHERE, local.url);
  const send = options.sockets ? through(fetch, atLocal) : direct;

  const tokenOf = (member: string) => {
    const email = member.slice(member.indexOf(':') + 1);
    const principal = { member, email, scopes: [CLOUD_PLATFORM] };
    return issueToken(state, principal, [CLOUD_PLATFORM], 10 * 86_400, 'machine').accessToken;
  };
  const tokens = new Map(
    [MINTER, FANOUT].map((email) => [email, tokenOf(`serviceAccount:${email}`)]),
  );
  const adasToken = tokenOf('user:ada@acme.com');

  const toGiveBack: (() => void)[] = [];
  const cloudAs = (email: string, host: Required<Host>, now: () => Date): Cloud => {
    const wire: Network = {
      fetch: host.fetch,
      wait: host.wait,
      callTimeoutMs: 600_000, // a call that hangs is one of the faults
      listTimeoutMs: 600_000,
      elapsedMs: () => clock.now.getTime(),
      random: () => 0.5,
    };
    const { cloud, giveBack } = cloudOf(email, { wire, token: tokens.get(email) ?? '' }, now);
    toGiveBack.push(giveBack);
    return cloud;
  };
  const never = new AbortController().signal;
  const hostOf = (host: Partial<Host>): Required<Host> => ({
    fetch: direct,
    wait: async (ms, signal) => {
      signal.throwIfAborted();
      clock.now = new Date(clock.now.getTime() + ms);
    },
    signal: () => never,
    skewSeconds: 0,
    ...host,
  });
  const clockOf =
    ({ skewSeconds }: Required<Host>) =>
    () =>
      new Date(clock.now.getTime() + skewSeconds * 1000);
  const tell = (outcome: unknown) =>
    said.push(JSON.stringify(outcome), inspect(outcome, { depth: 9 }));

  const ada: Deployment['ada'] = async (method, path, body) => {
    const headers = { authorization: `Bearer ${adasToken}` };
    const url = `${local.url}${path}`;
    const answer = await local.fetch(url, { method, headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(await answer.text());
    return answer.json();
  };
  for (const topic of TOPICS) {
    const name = topic.split('/').at(-1);
    await ada('PUT', `${SUBSCRIPTIONS}/${name}`, {
      topic,
      ackDeadlineSeconds: 120,
      retryPolicy: { minimumBackoff: '10s', maximumBackoff: '600s' },
    });
  }

  let standing: { fanout: Instance; mint: Instance } | undefined;
  const deployment: Deployment = {
    local,
    clock,
    intent,
    said,
    answered,
    send,
    fanout(given = {}) {
      const host = hostOf(given);
      const now = clockOf(host);
      const cloud = cloudAs(FANOUT, host, now);
      let memory: Memory = EMPTY_MEMORY;
      const instance: ReturnType<Deployment['fanout']> = {
        async run({ id, data, publishedAt }) {
          const outcome = await fanout(
            data,
            { id, publishedAt },
            {
              cloud,
              intent: intent.now,
              mintTopic: TOPICS[1] as string,
              memory,
              now: now(),
              signal: host.signal(),
            },
          );
          tell(outcome);
          if (!outcome.ok) return;
          memory = outcome.value.memory;
          instance.fanned = outcome.value;
        },
      };
      return instance;
    },
    mint(given = {}) {
      const host = hostOf(given);
      const now = clockOf(host);
      const cloud = cloudAs(MINTER, host, now);
      const failedAt = new Map<string, Date>();
      const instance: ReturnType<Deployment['mint']> = {
        async run({ data }) {
          instance.last = await mint(data, {
            cloud,
            readIntent: async () => intent.now,
            failedAt,
            failedTopic: TOPICS[2] as string,
            tickTopic: TOPICS[0] as string,
            now,
            signal: host.signal(),
            reportDeadline: () => never,
          });
          tell(instance.last);
        },
      };
      return instance;
    },
    beat(data = {}) {
      const text = Buffer.from(JSON.stringify(data)).toString('base64');
      publish(state, TOPICS[0] as string, [{ data: text, attributes: {} }]);
    },
    take(topic) {
      const name = `projects/acme-ops/subscriptions/hopmint-${topic}`;
      const subscription = state.subscriptions.get(name);
      if (!subscription) return undefined;
      expireDeadlines(state, subscription);
      const taken = takeNext(state, subscription);
      if (!taken) return undefined;
      const { ackId, pending } = taken;
      return {
        id: pending.message.messageId,
        data: pending.message.data,
        publishedAt: new Date(pending.message.publishTime),
        acknowledge: () => acknowledgeMessage(state, name, ackId),
        nack: () => nack(state, subscription, ackId),
      };
    },
    async tick(data) {
      standing ??= { fanout: deployment.fanout(), mint: deployment.mint() };
      deployment.beat(data);
      for (const topic of ['tick', 'mint'] as const) {
        for (let taken = deployment.take(topic); taken; taken = deployment.take(topic)) {
          await standing[topic === 'tick' ? 'fanout' : 'mint'].run(taken);
          taken.acknowledge();
        }
      }
    },
    ada,
    restart() {
      standing = undefined;
    },
    async close() {
      for (const [id, key] of state.signingKeys) KEYS.set(id, key);
      for (const giveBack of toGiveBack) giveBack();
      await local.close();
    },
  };
  return deployment;
}

/** Google's clients put a query behind it. */
export const publishes = ({ url }: Request): boolean => /:publish(\?|$)/.test(url);

export const advance = ({ clock }: Deployment, seconds: number): void => {
  clock.now = new Date(clock.now.getTime() + seconds * 1000);
};
