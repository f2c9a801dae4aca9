import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { v1 } from '@google-cloud/pubsub';
import type { SecretCredential } from '../../shared/reader/index.ts';
import { openReaderWorld, type ReaderWorld, TOPIC } from './world.ts';

let world: ReaderWorld;
/** A service that takes the tokens in `good`, and keeps what it was sent. */
let service: Server;
let url: string;
let good: Set<string>;
let served: { authorization: string | undefined; body: string; status: number }[];
beforeEach(async () => {
  world = await openReaderWorld();
  good = new Set();
  served = [];
  service = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { authorization } = request.headers;
    const status = good.has(authorization?.replace('Bearer ', '') ?? '') ? 200 : 401;
    served.push({ authorization, body, status });
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(JSON.stringify({ status }));
  });
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(service.address() as AddressInfo).port}/`;
});
afterEach(async () => {
  service.closeAllConnections();
  await new Promise((resolve) => service.close(resolve));
  await world.close();
});

/** A reader that holds a credential the service no longer takes; with `newer`, the secret has one that it takes. */
async function refusedReader(newer: boolean): Promise<SecretCredential> {
  await world.store(await world.json());
  const reader = world.reader();
  await reader.getToken();
  world.accesses();
  if (newer) {
    const token = await world.accessToken();
    good.add(token);
    await world.store(await world.json({ token }));
  }
  return reader;
}

describe('A service that answers 401', () => {
  const ways: [title: string, send: (reader: SecretCredential) => Promise<{ status: number }>][] = [
    ['request', (reader) => reader.request({ url, method: 'POST', data: { n: 1 } })],
    ['fetch', (reader) => reader.fetch(url, { method: 'POST', body: '{"n":1}' })],
    [
      'a request that takes any status',
      (reader) =>
        reader.request({ url, method: 'POST', data: { n: 1 }, validateStatus: () => true }),
    ],
  ];
  it.each(ways)('is asked once more with a newer version, by %s', async (_way, send) => {
    const reader = await refusedReader(true);
    expect(await send(reader)).toMatchObject({ status: 200 });
    expect(served.map(({ status, body }) => [status, body])).toEqual([
      [401, '{"n":1}'],
      [200, '{"n":1}'],
    ]);
    expect(world.accesses()).toEqual(['2']);
  });

  it('to fifty callers at once is one look, and each is served', async () => {
    const reader = await refusedReader(true);
    const answers = await Promise.all(Array.from({ length: 50 }, () => reader.fetch(url)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(world.accesses()).toEqual(['2']);
  });

  it('is not asked again when there is no newer version, and Secret Manager not for half a minute', async () => {
    const reader = await refusedReader(false);
    for (let call = 0; call < 5; call++) {
      await expect(reader.fetch(url)).rejects.toMatchObject({ status: 401 });
    }
    expect(served).toHaveLength(5);
    expect(world.accesses()).toEqual(['2', 'latest']);
    world.advance(0.51);
    await expect(reader.fetch(url)).rejects.toMatchObject({ status: 401 });
    expect(world.accesses()).toEqual(['2', 'latest']);
  });

  it('gives a request that takes any status its 401', async () => {
    const reader = await refusedReader(false);
    const answer = await reader.request({ url, validateStatus: () => true });
    expect(answer.status).toBe(401);
  });

  it('is not sent a stream twice', async () => {
    const reader = await refusedReader(true);
    const sent = reader.request({ url, method: 'POST', data: Readable.from(['once']) });
    await expect(sent).rejects.toMatchObject({ status: 401 });
    expect(served.map(({ body }) => body)).toEqual(['once']);
  });

  it('is asked with the first credential of a secret that was made anew', async () => {
    await world.store(await world.json());
    await world.store(await world.json());
    const reader = world.reader();
    expect(await reader.getCredential()).toMatchObject({ version: 2 });
    const secret = world.local.state.secrets.get('projects/acme-ops/secrets/billing');
    secret?.versions.splice(0);
    const token = await world.accessToken();
    good.add(token);
    await world.store(await world.json({ token }));
    expect(await reader.fetch(url)).toMatchObject({ status: 200 });
    expect(await reader.getCredential()).toMatchObject({ version: 1 });
  });

  it('does not hide another error', async () => {
    const reader = await refusedReader(true);
    await expect(reader.fetch('http://127.0.0.1:1/')).rejects.toThrow();
    expect(world.accesses()).toEqual([]);
  });
});

describe('An official client', () => {
  const clientOf = (authClient: SecretCredential) =>
    new v1.PublisherClient({
      fallback: true,
      protocol: 'http',
      apiEndpoint: '127.0.0.1',
      port: world.local.port,
      authClient,
    });
  const publish = (client: v1.PublisherClient) =>
    client.publish({ topic: TOPIC, messages: [{ data: Buffer.from('x') }] });

  it('publishes as the target of the chain', async () => {
    await world.store(await world.accessToken());
    const client = clientOf(world.reader());
    expect(await publish(client)).toMatchObject([{ messageIds: [expect.any(String)] }, {}, {}]);
    expect(world.local.state.requests.at(-1)?.identity).toBe(
      'serviceAccount:billing@acme-data.iam.gserviceaccount.com',
    );
    await client.close();
  });

  it('does not notice that its token has died early, once there is a newer one', async () => {
    await world.store(await world.json());
    const reader = world.reader();
    const client = clientOf(reader);
    await publish(client);
    world.local.state.tokens.delete(await reader.getToken());
    await world.store(await world.json());
    expect(await publish(client)).toMatchObject([{ messageIds: [expect.any(String)] }, {}, {}]);
    await client.close();
  });
});
