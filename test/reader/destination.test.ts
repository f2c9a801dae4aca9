import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SecretCredential, type SecretCredentialOptions } from '../../shared/reader/index.ts';
import { openReaderWorld, type ReaderWorld } from './world.ts';

let world: ReaderWorld;
const servers: Server[] = [];
beforeAll(async () => {
  world = await openReaderWorld();
});
afterAll(async () => {
  await world.close();
});
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A server of this machine, and the requests that it gets. */
async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const got: IncomingMessage['headers'][] = [];
  const server = createServer((request, response) => {
    got.push(request.headers);
    answer(request, response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { got, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

type Stored = 'access-token' | 'id-token' | 'signed-jwt' | 'signed-blob';

async function readerOf(kind: Stored, options: Partial<SecretCredentialOptions> = {}) {
  const claims = { aud: 'x', exp: world.clock.now.getTime() / 1000 + 3600 };
  const jwt = async () =>
    (await world.mint('signJwt', { payload: JSON.stringify(claims) })).signedJwt;
  const token = kind === 'access-token' ? await world.accessToken() : await jwt();
  await world.store(
    await world.json({ kind, token, ...(kind === 'signed-blob' && { keyId: 'a' }) }),
  );
  return world.reader(options);
}

describe('A credential', () => {
  const GOOGLE = 'https://storage.googleapis.com/b/o';
  const PARTNER = 'https://partner.example.com/x?key=value';
  const GKE = 'https://10.0.0.1:8443/api';
  const rows: {
    kind: Stored;
    hosts?: readonly string[];
    url: string;
    goes: boolean;
  }[] = [
    { kind: 'access-token', url: GOOGLE, goes: true },
    { kind: 'access-token', url: 'https://pubsub.europe-west3.rep.googleapis.com/', goes: true },
    { kind: 'access-token', url: 'http://127.0.0.1:8787/v1', goes: true },
    { kind: 'access-token', url: 'https://localhost:8787/google.Publisher', goes: true },
    { kind: 'access-token', url: PARTNER, goes: false },
    { kind: 'access-token', url: 'http://storage.googleapis.com/b/o', goes: false },
    { kind: 'access-token', url: 'https://storage.googleapis.com:8443/', goes: false },
    { kind: 'access-token', url: 'https://storage.googleapis.com.example.com/', goes: false },
    { kind: 'access-token', url: 'https://storage.googleapis.com@example.com/', goes: false },
    { kind: 'access-token', url: 'https://storage.example-googleapis.com/', goes: false },
    { kind: 'access-token', url: 'http://169.254.169.254/', goes: false },
    { kind: 'access-token', url: 'ftp://storage.googleapis.com/', goes: false },
    { kind: 'access-token', url: 'https://10.0.0.1/api', hosts: ['10.0.0.1:8443'], goes: false },
    { kind: 'access-token', url: GKE, hosts: ['10.0.0.1:8443'], goes: true },
    { kind: 'access-token', url: GOOGLE, hosts: ['10.0.0.1:8443'], goes: true },
    { kind: 'access-token', url: PARTNER, hosts: ['Partner.example.com'], goes: true },
    {
      kind: 'access-token',
      url: 'http://partner.example.com/',
      hosts: ['partner.example.com'],
      goes: false,
    },
    { kind: 'id-token', url: PARTNER, goes: true },
    { kind: 'id-token', url: 'http://partner.example.com/x', goes: false },
    { kind: 'id-token', url: PARTNER, hosts: ['other.example.com'], goes: false },
    { kind: 'signed-jwt', url: PARTNER, goes: true },
    { kind: 'signed-blob', url: PARTNER, goes: true },
    { kind: 'signed-blob', url: 'http://partner.example.com/x', goes: false },
  ];
  const titled = rows.map((row) => ({
    ...row,
    verb: row.goes ? 'goes' : 'does not go',
    options: row.hosts ? ` with the hosts ${row.hosts}` : '',
  }));
  it.each(titled)('of kind $kind $verb to $url$options', async ({ kind, hosts, url, goes }) => {
    const sent: unknown[] = [];
    const transporterOptions = {
      fetchImplementation: (async (address: unknown) => {
        sent.push(String(address));
        return new Response('{}');
      }) as typeof fetch,
    };
    const reader = await readerOf(kind, { transporterOptions, ...(hosts && { hosts }) });
    const refusal = {
      reason: 'wrong-host',
      message: expect.not.stringMatching(/key=value|api$/),
    };
    const { origin, pathname } = new URL(url);
    const attempts = [
      reader.getRequestHeaders(url),
      reader.request({ url }),
      reader.request({ url: pathname, baseURL: origin === 'null' ? url : origin }),
      reader.fetch(url),
    ];
    for (const attempt of attempts) {
      if (goes) await expect(attempt).resolves.toBeDefined();
      else await expect(attempt).rejects.toMatchObject(refusal);
    }
    expect(sent).toHaveLength(goes ? 3 : 0);
  });

  it('does not follow a redirect, also not as a signature', async () => {
    const other = await serve((_, response) => response.end('{}'));
    for (const status of [301, 302, 303, 307, 308]) {
      const first = await serve((_, response) =>
        response.writeHead(status, { location: other.url.replace('127.0.0.1', 'localhost') }).end(),
      );
      const reader = await readerOf('signed-blob');
      await expect(reader.request({ url: first.url })).rejects.toMatchObject({ status });
      expect(first.got).toHaveLength(1);
    }
    expect(other.got).toEqual([]);
  });

  it('gets the 308 without a location that Cloud Storage answers to a part of an upload', async () => {
    const storage = await serve((_, response) => response.writeHead(308).end());
    const reader = await readerOf('access-token');
    const sent = reader.request({ url: storage.url, validateStatus: () => true });
    await expect(sent).resolves.toMatchObject({ status: 308 });
  });

  it('goes to no proxy on its way to this machine', async () => {
    const proxy = await serve((_, response) => response.end('{}'));
    const service = await serve((_, response) => response.end('{}'));
    const reader = await readerOf('access-token');
    process.env.HTTP_PROXY = proxy.url;
    try {
      await reader.request({ url: service.url });
    } finally {
      delete process.env.HTTP_PROXY;
    }
    expect(proxy.got).toEqual([]);
    expect(service.got).toMatchObject([{ authorization: /^Bearer / }]);
  });
});

describe('A reader is not made', () => {
  const rows: { title: string; options: Partial<SecretCredentialOptions>; message: RegExp }[] = [
    {
      title: 'if any server could say that it is Google',
      options: { env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } },
      message: /^NODE_TLS_REJECT_UNAUTHORIZED=0 .*unset it$/,
    },
    ...['HTTP_PROXY', 'http_proxy'].map((name) => ({
      title: `if ${name} would get the requests to the local cloud`,
      options: {
        env: {
          HOPMINT_CLOUD: 'http://127.0.0.1:1',
          NODE_USE_ENV_PROXY: '1',
          [name]: 'http://proxy:1',
          NO_PROXY: 'localhost',
        },
      },
      message: /add 127\.0\.0\.1,localhost,::1 to NO_PROXY$/,
    })),
    ...['https://a.example.com', 'a/b', 'a@b', '', 'a b', 'a?b'].map((host) => ({
      title: `with "${host}" as a host`,
      options: { hosts: [host] },
      message: /^hosts: write each as host or host:port/,
    })),
  ];
  it.each(rows)('$title', ({ options, message }) => {
    const make = () =>
      new SecretCredential({ secret: 'projects/p/secrets/s', env: {}, ...options });
    expect(make).toThrow(expect.objectContaining({ reason: 'misconfigured' }));
    expect(make).toThrow(message);
  });

  it('if the process does not check certificates, although the option "env" says so', () => {
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    try {
      expect(() => new SecretCredential({ secret: 'projects/p/secrets/s', env: {} })).toThrow(
        /NODE_TLS_REJECT_UNAUTHORIZED/,
      );
    } finally {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    }
  });

  it.each(['127.0.0.1', ' 127.0.0.1 , x', '*'])('but it is with NO_PROXY=%s', (list) => {
    const env = {
      HOPMINT_CLOUD: 'http://127.0.0.1:1',
      NODE_USE_ENV_PROXY: '1',
      HTTP_PROXY: 'http://proxy:1',
      NO_PROXY: list,
    };
    expect(() => new SecretCredential({ secret: 'projects/p/secrets/s', env })).not.toThrow();
  });
});
