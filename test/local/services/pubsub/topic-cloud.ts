import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Answer, openWorld, PROJECT, type World } from '../../project-cloud.ts';

export const TOPIC = `/v1/projects/${PROJECT}/topics/mint`;
export const SUBSCRIPTION = `/v1/projects/${PROJECT}/subscriptions/push-mint`;
export const topic = `projects/${PROJECT}/topics/mint`;
export const subscription = `projects/${PROJECT}/subscriptions/push-mint`;

export const base64 = (text: string) => Buffer.from(text).toString('base64');

type Pushed = {
  url: string;
  headers: IncomingHttpHeaders;
  body: { message: { data: string; messageId: string }; deliveryAttempt?: number };
  /** By the local clock. */
  at: Date;
};

/** Where messages are pushed to. */
type Endpoint = {
  url: string;
  pushes: Pushed[];
  texts(): string[];
  /** What it answers, the last for ever. `wait`: never. */
  answers: (number | 'wait')[];
  listen(): Promise<void>;
  close(): Promise<void>;
};

export type Mint = {
  world: World;
  owner: (method: string, path: string, body?: unknown) => Promise<Answer>;
  endpoint: Endpoint;
  publish(...texts: string[]): Promise<Answer>;
  /** Makes the subscription `push-mint`, which pushes to the endpoint. */
  subscribe(fields?: object, query?: string): Promise<Answer>;
  /** Lets time pass on the local clock, in steps, and what is due be done in each. */
  pass(seconds: number, step?: number): Promise<void>;
  close(): Promise<void>;
};

/** A world with one topic, `mint`, and an endpoint for its messages. */
export async function openMint(): Promise<Mint> {
  const world = await openWorld();
  const owner = world.as('owner');
  const endpoint = await openEndpoint(() => world.state.now());
  await owner('PUT', TOPIC, {});
  return {
    world,
    owner,
    endpoint,
    publish: (...texts) =>
      owner('POST', `${TOPIC}:publish`, {
        messages: texts.map((text) => ({ data: base64(text) })),
      }),
    subscribe: (fields = {}, query = '') =>
      owner('PUT', SUBSCRIPTION, {
        topic,
        pushConfig: { pushEndpoint: `${endpoint.url}/work${query}` },
        ...fields,
      }),
    async pass(seconds, step = seconds) {
      for (let passed = 0; passed < seconds; passed += step) {
        world.state.advance(step);
        await world.delivered();
      }
    },
    async close() {
      await world.close();
      await endpoint.close();
    },
  };
}

async function openEndpoint(now: () => Date): Promise<Endpoint> {
  const pushes: Pushed[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { url = '', headers } = request;
    const body = JSON.parse(Buffer.concat(chunks).toString());
    pushes.push({ url, headers, body, at: now() });
    const { answers } = endpoint;
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer === 102) response.writeProcessing();
    else if (answer !== 'wait') response.writeHead(answer ?? 204).end('{}');
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  const endpoint: Endpoint = {
    url: `http://127.0.0.1:${port}`,
    pushes,
    texts: () => pushes.map(({ body }) => Buffer.from(body.message.data, 'base64').toString()),
    answers: [204],
    listen: () => new Promise((ready) => server.listen(port, '127.0.0.1', ready)),
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
  return endpoint;
}

/** Waits for what other processes' sockets bring about. */
export async function waitFor(condition: () => boolean): Promise<void> {
  const until = Date.now() + 3000;
  while (!condition() && Date.now() < until) await new Promise((next) => setTimeout(next, 2));
  expect(condition()).toBe(true);
}
