import { z } from 'zod';
import { type Backoff, withBackoff } from '../../../shared/domain/basics/backoff.ts';
import { SUBSCRIPTIONS } from '../../../shared/domain/doctor/installation.ts';
import { parseFailure, type ReportedFailure } from '../../../shared/domain/rotation/messages.ts';
import { WIRE } from '../../../shared/google/wire/wire.ts';
import { TOPICS } from './deployed/deployment.ts';
import { otherAccountsOf } from './deployed/infrastructure.ts';
import type { LocalClient } from './local-client.ts';
import { Stop } from './stop.ts';

/** The parts of a message of `hopmint-failed` that a start uses. */
export type Failed = Pick<ReportedFailure, 'chain' | 'reason' | 'permission'>;

const Pulled = z.object({
  receivedMessages: z
    .array(z.object({ ackId: z.string(), message: z.object({ data: z.string().default('') }) }))
    .default([]),
});

/** Topics and subscriptions of one deployment. */
export type Messages = {
  /** Creates the subscriptions again: pushes to the functions, and a pull subscription for failures. */
  subscribe(urls: {
    readonly fanout: string;
    readonly mint: string;
    readonly audit: string;
  }): Promise<void>;
  /** Publishes a tick, as Cloud Scheduler or an operator does. */
  tick(data: { only?: readonly string[]; force?: boolean }): Promise<void>;
  /** The failures since the last call. */
  failed(): Promise<Failed[]>;
  unsubscribe(): Promise<void>;
};

/** A deployment has the last one only with `compare_mints`. Here it costs nothing: mints are logged if the world says so. */
const PUSHED = {
  ...SUBSCRIPTIONS,
  minted: { topic: 'minted', to: 'audit', path: '/minted', deadlineSeconds: 300 },
} as const;

/** Failures for this process, which pulls them. */
const PULLED = 'failed-start';
const ACK_DEADLINE_SECONDS = 120;
/** About 1 s in all. */
const BACKOFF: Backoff = { firstWaitMs: 100, longestWaitMs: 400, attempts: 5 };
/** Ctrl-C must not end an attempt to remove the subscriptions. */
const NEVER = new AbortController().signal;

/**
 * @param url the address of the local cloud, or of Google's emulator
 * @param token gets the token for the calls; undefined for the emulator, which needs none
 * @param local the local cloud, whose pushes are signed; undefined for the emulator
 */
export function messagesAt(
  url: string,
  project: string,
  token: (() => Promise<string>) | undefined,
  local?: Pick<LocalClient, 'seed'> & { readonly pubsubAgent: string },
): Messages {
  let bearer: string | undefined;

  async function call(method: string, path: string, body?: object): Promise<unknown> {
    const attempt = async () => {
      if (token) bearer ??= await token();
      const response = await fetch(`${url}/v1/projects/${project}/${path}`, {
        method,
        redirect: 'error',
        headers: {
          'content-type': 'application/json',
          ...(bearer && { authorization: `Bearer ${bearer}` }),
        },
        ...(body && { body: JSON.stringify(body) }),
      }).catch(() => undefined);
      const status = response?.status ?? 0;
      if (status === 401) bearer = undefined; // the token has expired after one hour
      const isGone = method === 'DELETE' && status === 404;
      const isThere = method === 'PUT' && status === 409;
      const isDone = response?.ok === true || isGone || isThere;
      return { status, isDone, body: response?.ok ? await response.json() : {} };
    };
    const last = await withBackoff(attempt, ({ isDone }) => isDone, BACKOFF, NEVER, WIRE);
    if (last.isDone) return last.body;
    throw new Stop(
      3,
      `Pub/Sub at ${url} answered ${last.status || 'nothing'} to ${method} ${path}`,
    );
  }

  const subscription = (name: string, topic: string, settings: object) => ({
    path: `subscriptions/hopmint-${name}`,
    body: {
      topic: `projects/${project}/topics/hopmint-${topic}`,
      ackDeadlineSeconds: ACK_DEADLINE_SECONDS,
      messageRetentionDuration: '600s',
      ...settings,
    },
  });
  const pull = subscription(PULLED, 'failed', {});
  /** As the Terraform module makes them. @param base the address of the function */
  const push = (name: keyof typeof PUSHED, base: string) => {
    const { topic, path, deadlineSeconds, ...rest } = PUSHED[name];
    const filter = 'filter' in rest ? { filter: rest.filter } : {};
    const oidcToken = { serviceAccountEmail: otherAccountsOf(project).trigger, audience: base };
    return subscription(name, topic, {
      ackDeadlineSeconds: deadlineSeconds,
      ...filter,
      // Google's emulator signs nothing.
      pushConfig: { pushEndpoint: `${base}${path}`, ...(local && { oidcToken }) },
      retryPolicy: { minimumBackoff: '10s', maximumBackoff: '60s' },
      deadLetterPolicy: {
        deadLetterTopic: `projects/${project}/topics/hopmint-dead`,
        maxDeliveryAttempts: 5,
      },
      expirationPolicy: {},
    });
  };
  const unsubscribe = async () => {
    for (const name of [...Object.keys(PUSHED), PULLED]) {
      await call('DELETE', `subscriptions/hopmint-${name}`);
    }
  };

  return {
    async subscribe(urls) {
      for (const name of TOPICS) await call('PUT', `topics/${name}`, {});
      await unsubscribe();
      const names = Object.keys(PUSHED) as (keyof typeof PUSHED)[];
      const pushes = names.map((name) => push(name, urls[PUSHED[name].to]));
      if (local) {
        const bindings = [{ role: 'roles/pubsub.subscriber', members: [local.pubsubAgent] }];
        const subscriptions = pushes.map(({ path, body }) => ({
          name: `projects/${project}/${path}`,
          ...body,
          policy: { bindings },
        }));
        await local.seed(JSON.stringify({ accounts: [], subscriptions }));
      } else {
        for (const { path, body } of pushes) await call('PUT', path, body);
      }
      await call('PUT', pull.path, pull.body);
    },
    async tick(data) {
      const message = { data: Buffer.from(JSON.stringify(data)).toString('base64') };
      await call('POST', 'topics/hopmint-tick:publish', { messages: [message] });
    },
    async failed() {
      const { path } = pull;
      const asked = { maxMessages: 1000, returnImmediately: true };
      const { receivedMessages } = Pulled.parse(await call('POST', `${path}:pull`, asked));
      if (receivedMessages.length === 0) return [];
      const ackIds = receivedMessages.map(({ ackId }) => ackId);
      await call('POST', `${path}:acknowledge`, { ackIds });
      // A publisher of the topic may publish anything, so other messages are dropped.
      return receivedMessages.flatMap(({ message }) => {
        const failure = parseFailure(message.data);
        return failure.ok ? [failure.value] : [];
      });
    },
    unsubscribe,
  };
}
