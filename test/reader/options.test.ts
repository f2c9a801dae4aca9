import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { v1 } from '@google-cloud/pubsub';
import type { AuthClient } from 'google-auth-library';
import { SecretCredential } from '../../shared/reader/index.ts';
import { identityOf } from '../../shared/reader/wire/identity.ts';
import { openReaderWorld, type ReaderWorld, TOPIC } from './world.ts';

describe('Options:', () => {
  let world: ReaderWorld;
  beforeEach(async () => {
    world = await openReaderWorld();
  });
  afterEach(() => world.close());

  describe('A wrong option is refused at once:', () => {
    it.each([
      { title: 'a secret by its bare name', options: { secret: 'billing' } },
      { title: 'a version for a secret', options: { secret: 'projects/p/secrets/s/versions/1' } },
      { title: 'an account that is none', options: { account: 'ada' } },
      { title: 'an account without a name', options: { account: {} } },
      { title: 'a duration in words', options: { minValidity: 'soon' } },
      { title: 'a negative duration', options: { assumedLifetime: -1 } },
      { title: 'a cloud elsewhere', options: { env: { HOPMINT_CLOUD: 'http://10.0.0.1:8787' } } },
      {
        title: 'a local cloud on Cloud Run',
        options: { env: { HOPMINT_CLOUD: 'http://127.0.0.1:1', K_SERVICE: 's' } },
      },
    ])('$title', ({ options }) => {
      expect(() => world.reader(options)).toThrow(
        expect.objectContaining({ reason: 'misconfigured' }),
      );
    });
  });
});

describe('Identity file:', () => {
  const VARIABLE = 'GOOGLE_APPLICATION_CREDENTIALS';
  const before = process.env[VARIABLE];
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hopmint-identity-'));
    process.env[VARIABLE] = join(folder, 'identity.json');
  });
  afterAll(async () => {
    if (before === undefined) delete process.env[VARIABLE];
    else process.env[VARIABLE] = before;
    await rm(folder, { recursive: true });
  });

  const write = (tokenUrl: string) =>
    writeFile(
      join(folder, 'identity.json'),
      JSON.stringify({
        type: 'external_account',
        audience:
          '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/a/providers/a',
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
        token_url: tokenUrl,
        credential_source: { file: join(folder, 'identity.json') },
      }),
    );

  describe('the file of the identity that reads', () => {
    it('is refused if it sends the subject token elsewhere, and the read names the field', async () => {
      await write('http://127.0.0.1:1/token');
      const requests: unknown[] = [];
      const reader = new SecretCredential({
        secret: 'projects/p/secrets/s',
        env: {},
        fetch: async (url) => {
          requests.push(url);
          return new Response();
        },
      });
      await expect(reader.getToken()).rejects.toMatchObject({
        reason: 'misconfigured',
        message: expect.stringContaining('token_url names http://127.0.0.1:1, but'),
      });
      expect(requests).toEqual([]);
    });

    it('is accepted if it names hosts of Google', async () => {
      await write('https://sts.googleapis.com/v1/token');
      await expect(identityOf(undefined).get()).resolves.toBeDefined();
    });

    it.each([
      {
        what: 'a body',
        url: 'https://sts.example.com/v1/token',
        options: { method: 'POST', data: 'x' } as const,
      },
      {
        what: 'a token',
        url: 'https://example.com/',
        options: { headers: { authorization: 'x' } },
      },
      {
        what: 'a token',
        url: 'http://sts.googleapis.com/',
        options: { headers: { authorization: 'x' } },
      },
    ])(
      'gets a client that sends $what to Google only, and not to $url',
      async ({ url, options }) => {
        await write('https://sts.googleapis.com/v1/token');
        const client = (await identityOf(undefined).get()) as AuthClient;
        const sent = client.transporter.request({ url, ...options, retryConfig: { retry: 0 } });
        await expect(sent).rejects.toThrow(`sends nothing to ${new URL(url).origin}`);
      },
    );
  });
});

describe('Request:', () => {
  let world: ReaderWorld;
  /** A service that accepts the tokens in `good`, and records each request. */
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

  /** A reader with a cached credential that the service no longer accepts. With `newer`, the secret has a version that it accepts. */
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
    const ways: { way: string; send: (reader: SecretCredential) => Promise<{ status: number }> }[] =
      [
        {
          way: 'request',
          send: (reader) => reader.request({ url, method: 'POST', data: { n: 1 } }),
        },
        { way: 'fetch', send: (reader) => reader.fetch(url, { method: 'POST', body: '{"n":1}' }) },
        {
          way: 'a request that takes any status',
          send: (reader) =>
            reader.request({ url, method: 'POST', data: { n: 1 }, validateStatus: () => true }),
        },
      ];
    it.each(ways)('is called once more with a newer version, by $way', async ({ send }) => {
      const reader = await refusedReader(true);
      expect(await send(reader)).toMatchObject({ status: 200 });
      expect(served.map(({ status, body }) => [status, body])).toEqual([
        [401, '{"n":1}'],
        [200, '{"n":1}'],
      ]);
      expect(world.accesses()).toEqual(['2']);
    });

    it('causes one refresh for fifty callers at once, and each gets its answer', async () => {
      const reader = await refusedReader(true);
      const answers = await Promise.all(Array.from({ length: 50 }, () => reader.fetch(url)));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      expect(world.accesses()).toEqual(['2']);
    });

    it('is not called again without a newer version, and Secret Manager is not asked again for half a minute', async () => {
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

    it('returns its 401 to a request that accepts any status', async () => {
      const reader = await refusedReader(false);
      const answer = await reader.request({ url, validateStatus: () => true });
      expect(answer.status).toBe(401);
    });

    it('does not get a stream twice', async () => {
      const reader = await refusedReader(true);
      const sent = reader.request({ url, method: 'POST', data: Readable.from(['once']) });
      await expect(sent).rejects.toMatchObject({ status: 401 });
      expect(served.map(({ body }) => body)).toEqual(['once']);
    });

    it('is called with the first credential of a secret that was created again', async () => {
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

    it('is not disturbed by a token that is revoked early, once there is a newer one', async () => {
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
});
