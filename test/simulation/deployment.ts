import { inspect } from 'node:util';
import { mint } from '../../functions/mint/rotate.ts';
import { oneAtATime } from '../../functions/runtime/one-at-a-time.ts';
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
import type { Wire } from '../../shared/google/wire/wire.ts';
import { versionOf } from '../domain/chain/versions.ts';
import { FANOUT, MINTER, seedOf, TOPICS } from '../functions/rotation-world.ts';
import { cloudOf, type Network, PLACEHOLDER_URL } from './clients.ts';
import { type FanoutInstance, fanoutInstance } from './fanout-instance.ts';

/** RSA keys are expensive to make, so all deployments of a process share them. */
const KEYS = new Map<string, Promise<SigningKey>>();

/** A message that Pub/Sub has delivered, and that is not acknowledged yet. */
export type Delivery = {
  readonly id: string;
  readonly data: string;
  readonly publishedAt: Date;
  acknowledge(): void;
  nack(): void;
};

/** The machine of an instance. */
export type Host = {
  readonly fetch: typeof fetch;
  /** Waits between two attempts. By default it only moves the clock. */
  readonly wait?: Wire['wait'];
  /** The deadline of a run. */
  readonly signal?: () => AbortSignal;
  /** How far the machine's clock is ahead of the right time. */
  readonly skewSeconds?: number;
};

export type Instance = { run(delivery: Delivery): Promise<void> };

export type Deployment = {
  readonly local: LocalCloud;
  readonly clock: { now: Date };
  /** The chain file that mint and fanout read. A test may replace it. */
  readonly intent: { now: Intent };
  /** The outcomes of all runs of the functions, as text. */
  readonly outcomes: string[];
  /** The observers of every call that a function has made and that got a response. */
  readonly afterCall: Set<(request: Request, response: Response) => unknown>;
  /** Sends a request to the local cloud, over a socket if the options say so. */
  readonly send: (request: Request) => Promise<Response>;
  /** The cloud as the account of fanout sees it. Its pauses take no time. */
  observer(): Cloud;
  /** Starts an instance, which remembers nothing. */
  newFanout(host?: Partial<Host>): FanoutInstance;
  newMint(host?: Partial<Host>): Instance & { lastResult?: Awaited<ReturnType<typeof mint>> };
  /** Publishes a tick, as Cloud Scheduler does. */
  publishTick(data?: object): void;
  take(topic: 'tick' | 'mint' | 'failed' | 'rotated'): Delivery | undefined;
  /** Publishes a tick and delivers all messages of it, to the same two instances each time. */
  tick(data?: object): Promise<void>;
  /** An event reports a change of these chains. `fanout` checks them, and `mint` rotates those that need it. */
  changed(names: readonly string[]): Promise<void>;
  /** Makes a call as ada@acme.com, who has every permission on secrets. */
  asAda(method: string, path: string, body: object): Promise<unknown>;
  /** Replaces the instances of `tick` by new ones, which remember nothing. */
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
 * The functions with Google's real clients and a local cloud. Time passes only when a test moves the clock.
 *
 * @param options.sockets whether `send` uses real HTTP in place of calls within the process
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
  const afterCall: Deployment['afterCall'] = new Set();
  const outcomes: string[] = [];
  const intent = { now: intentOf(fileOf(chains, options.file), versionOf()) };

  const observed =
    (network: typeof fetch, toUrl: (url: string) => string = (url) => url): typeof fetch =>
    async (url, init) => {
      const target = toUrl(String(url instanceof Request ? url.url : url));
      const isUnchanged = url instanceof Request && url.url === target;
      const request = isUnchanged ? url : new Request(target, url instanceof Request ? url : init);
      // The observers read the bodies of published messages, and no other body.
      const response = await network(isPublish(request) ? request.clone() : request);
      for (const observe of afterCall) await observe(request, response);
      return response;
    };
  // Serves every URL, also the placeholder, without a socket.
  const direct = observed(local.fetch);
  const toLocalUrl = (url: string) => url.replace(PLACEHOLDER_URL, local.url);
  const send = options.sockets ? observed(fetch, toLocalUrl) : direct;

  const tokenOf = (member: string) => {
    const email = member.slice(member.indexOf(':') + 1);
    const principal = { member, email, scopes: [CLOUD_PLATFORM] };
    return issueToken(state, principal, [CLOUD_PLATFORM], 10 * 86_400, 'machine').accessToken;
  };
  const tokens = new Map(
    [MINTER, FANOUT].map((email) => [email, tokenOf(`serviceAccount:${email}`)]),
  );
  const adasToken = tokenOf('user:ada@acme.com');

  const borrowed: (() => void)[] = [];
  const cloudAs = (email: string, host: Required<Host>, now: () => Date): Cloud => {
    const wire: Network = {
      fetch: host.fetch,
      wait: host.wait,
      callTimeoutMs: 600_000, // real time: the faults simulate a timeout
      listTimeoutMs: 600_000,
      elapsedMs: () => clock.now.getTime(),
      random: () => 0.5,
    };
    const { cloud, release } = cloudOf(email, { wire, token: tokens.get(email) ?? '' }, now);
    borrowed.push(release);
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
  const record = (outcome: unknown) =>
    outcomes.push(JSON.stringify(outcome), inspect(outcome, { depth: 9 }));

  const asAda: Deployment['asAda'] = async (method, path, body) => {
    const headers = { authorization: `Bearer ${adasToken}` };
    const url = `${local.url}${path}`;
    const response = await local.fetch(url, { method, headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(await response.text());
    return response.json();
  };
  for (const topic of TOPICS) {
    const name = topic.split('/').at(-1);
    await asAda('PUT', `${SUBSCRIPTIONS}/${name}`, {
      topic,
      ackDeadlineSeconds: 120,
      retryPolicy: { minimumBackoff: '10s', maximumBackoff: '600s' },
    });
  }

  let instances: { fanout: FanoutInstance; mint: Instance } | undefined;
  const startedInstances = () => {
    instances ??= { fanout: deployment.newFanout(), mint: deployment.newMint() };
    return instances;
  };
  const deliver = async (topic: 'tick' | 'mint') => {
    for (let taken = deployment.take(topic); taken; taken = deployment.take(topic)) {
      await startedInstances()[topic === 'tick' ? 'fanout' : 'mint'].run(taken);
      taken.acknowledge();
    }
  };
  const deployment: Deployment = {
    local,
    clock,
    intent,
    outcomes,
    afterCall,
    send,
    observer() {
      const host = hostOf({ wait: async () => {} });
      return cloudAs(FANOUT, host, clockOf(host));
    },
    newFanout(given = {}) {
      const host = hostOf(given);
      const now = clockOf(host);
      const cloud = cloudAs(FANOUT, host, now);
      return fanoutInstance({
        cloud,
        readIntent: () => intent.now,
        mintTopic: TOPICS[1] as string,
        now,
        wait: host.wait,
        signal: host.signal,
        record,
      });
    },
    newMint(given = {}) {
      const host = hostOf(given);
      const now = clockOf(host);
      const cloud = cloudAs(MINTER, host, now);
      const failedAt = new Map<string, Date>();
      const oneRotation = oneAtATime();
      const instance: ReturnType<Deployment['newMint']> = {
        async run({ data }) {
          instance.lastResult = await mint(data, {
            cloud,
            readIntent: async () => intent.now,
            failedAt,
            oneAtATime: oneRotation,
            failedTopic: TOPICS[2] as string,
            tickTopic: TOPICS[0] as string,
            rotatedTopic: TOPICS[3] as string,
            now,
            signal: host.signal(),
            reportDeadline: () => never,
          });
          record(instance.lastResult);
        },
      };
      return instance;
    },
    publishTick(data = {}) {
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
      deployment.publishTick(data);
      await deliver('tick');
      await deliver('mint');
    },
    async changed(names) {
      await startedInstances().fanout.check(names);
      await deliver('mint');
    },
    asAda,
    restart() {
      instances = undefined;
    },
    async close() {
      for (const [id, key] of state.signingKeys) KEYS.set(id, key);
      for (const release of borrowed) release();
      await local.close();
    },
  };
  return deployment;
}

/** Google's clients add a query to the URL. */
export const isPublish = ({ url }: Request): boolean => /:publish(\?|$)/.test(url);

export const advance = ({ clock }: Deployment, seconds: number): void => {
  clock.now = new Date(clock.now.getTime() + seconds * 1000);
};
