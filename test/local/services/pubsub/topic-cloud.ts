import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type ApiResponse,
  base64,
  type Caller,
  openProjectCloud,
  PROJECT,
  type ProjectCloud,
} from '../../project-cloud.ts';

export const TOPIC = `/v1/projects/${PROJECT}/topics/mint`;
export const SUBSCRIPTION = `/v1/projects/${PROJECT}/subscriptions/push-mint`;
export const topic = `projects/${PROJECT}/topics/mint`;
export const subscription = `projects/${PROJECT}/subscriptions/push-mint`;

type PushedRequest = {
  url: string;
  headers: IncomingHttpHeaders;
  body: { message: { data: string; messageId: string }; deliveryAttempt?: number };
  /** When it arrived, by the local clock. */
  at: Date;
};

/** A server that receives pushed messages. */
type PushEndpoint = {
  url: string;
  pushes: PushedRequest[];
  texts(): string[];
  /** The statuses of its responses, in order. The last one repeats. `never`: no response. */
  statuses: (number | 'never')[];
  listen(): Promise<void>;
  close(): Promise<void>;
};

export type TopicCloud = {
  cloud: ProjectCloud;
  owner: Caller;
  endpoint: PushEndpoint;
  publish(...texts: string[]): Promise<ApiResponse>;
  /** Creates the subscription `push-mint`, which pushes to the endpoint. */
  subscribe(fields?: object): Promise<ApiResponse>;
  /** Moves the local clock in steps, and waits after each step until no push is in progress. */
  pass(seconds: number, step?: number): Promise<void>;
  close(): Promise<void>;
};

/** A cloud with the topic `mint`, and an endpoint to push to. */
export async function openTopicCloud(): Promise<TopicCloud> {
  const cloud = await openProjectCloud();
  const owner = cloud.as('owner');
  const endpoint = await openEndpoint(() => cloud.state.now());
  await owner('PUT', TOPIC, {});
  return {
    cloud,
    owner,
    endpoint,
    publish: (...texts) =>
      owner('POST', `${TOPIC}:publish`, {
        messages: texts.map((text) => ({ data: base64(text) })),
      }),
    subscribe: (fields = {}) =>
      owner('PUT', SUBSCRIPTION, {
        topic,
        pushConfig: { pushEndpoint: `${endpoint.url}/work` },
        ...fields,
      }),
    async pass(seconds, step = seconds) {
      for (let passed = 0; passed < seconds; passed += step) {
        cloud.state.advance(step);
        await cloud.delivered();
      }
    },
    async close() {
      await cloud.close();
      await endpoint.close();
    },
  };
}

async function openEndpoint(now: () => Date): Promise<PushEndpoint> {
  const pushes: PushedRequest[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { url = '', headers } = request;
    const body = JSON.parse(Buffer.concat(chunks).toString());
    pushes.push({ url, headers, body, at: now() });
    const { statuses } = endpoint;
    const status = statuses.length > 1 ? statuses.shift() : statuses[0];
    if (status === 102) response.writeProcessing();
    else if (status !== 'never') response.writeHead(status ?? 204).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const endpoint: PushEndpoint = {
    url: `http://127.0.0.1:${port}`,
    pushes,
    texts: () => pushes.map(({ body }) => Buffer.from(body.message.data, 'base64').toString()),
    statuses: [204],
    listen: () => new Promise((resolve) => server.listen(port, '127.0.0.1', resolve)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return endpoint;
}

/** Waits for an effect that arrives over a socket. Fails after three seconds. */
export async function waitFor(condition: () => boolean): Promise<void> {
  const until = Date.now() + 3000;
  while (!condition() && Date.now() < until) await new Promise((next) => setTimeout(next, 2));
  expect(condition()).toBe(true);
}
