import { z } from 'zod';
import { type Backoff, withBackoff } from '../../../shared/domain/basics/backoff.ts';
import { parseFailure, type ReportedFailure } from '../../../shared/domain/rotation/messages.ts';
import { WIRE } from '../../../shared/google/wire/wire.ts';
import { TOPICS } from './deployment.ts';
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

/** The default deadline of Eventarc is too short for a rotation with a cold start. */
const ACK_DEADLINE_SECONDS = 120;
/** The audit collects changes for one minute, and then reads. */
const COLLECT_DEADLINE_SECONDS = 300;
/** About 1 s in all. */
const BACKOFF: Backoff = { firstWaitMs: 100, longestWaitMs: 400, attempts: 5 };
/** Ctrl-C must not end an attempt to remove the subscriptions. */
const NEVER = new AbortController().signal;

/**
 * @param url the address of the local cloud, or of Google's emulator
 * @param token gets the token for the calls; undefined for the emulator, which needs none
 */
export function messagesAt(
  url: string,
  project: string,
  token: (() => Promise<string>) | undefined,
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

  const subscription = (
    name: string,
    pushEndpoint?: string,
    { topic = name, deadline = ACK_DEADLINE_SECONDS } = {},
  ) => ({
    path: `subscriptions/hopmint-${name}`,
    body: {
      topic: `projects/${project}/topics/hopmint-${topic}`,
      ackDeadlineSeconds: deadline,
      messageRetentionDuration: '600s',
      ...(pushEndpoint && { pushConfig: { pushEndpoint } }),
    },
  });
  const unsubscribe = async () => {
    for (const name of [
      'tick',
      'mint',
      'failed',
      'failed-audit',
      'changed',
      'observe',
      'secrets',
    ]) {
      await call('DELETE', subscription(name).path);
    }
  };

  return {
    async subscribe({ fanout, mint, audit }) {
      for (const name of TOPICS) await call('PUT', `topics/${name}`, {});
      await unsubscribe();
      for (const { path, body } of [
        subscription('tick', `${fanout}/`),
        subscription('mint', `${mint}/`),
        subscription('failed'),
        subscription('failed-audit', `${audit}/failed`, { topic: 'failed' }),
        subscription('changed', `${audit}/changed`, { deadline: COLLECT_DEADLINE_SECONDS }),
        subscription('observe', `${audit}/observe`, {
          topic: 'tick',
          deadline: COLLECT_DEADLINE_SECONDS,
        }),
        subscription('secrets', `${fanout}/changed`, { topic: 'changed' }),
      ]) {
        await call('PUT', path, body);
      }
    },
    async tick(data) {
      const message = { data: Buffer.from(JSON.stringify(data)).toString('base64') };
      await call('POST', 'topics/hopmint-tick:publish', { messages: [message] });
    },
    async failed() {
      const { path } = subscription('failed');
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
