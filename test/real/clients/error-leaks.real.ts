import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gaxios } from 'google-auth-library';
import type { SecretCredential } from '../../../shared/reader/index.ts';
import { leaks } from '../../reader/leaks.ts';
import { OTHER, openReaderWorld, type ReaderWorld, TARGET } from '../../reader/world.ts';

let world: ReaderWorld;
let service: Server;
let url: string;
/** How the service answers. */
let answer: (request: IncomingMessage, response: ServerResponse) => void;
beforeEach(async () => {
  world = await openReaderWorld();
  service = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(service.address() as AddressInfo).port}/`;
});
afterEach(async () => {
  service.closeAllConnections();
  await new Promise((resolve) => service.close(resolve));
  await world.close();
});

const KINDS = ['access-token', 'id-token', 'signed-jwt', 'signed-blob'] as const;
type Kind = (typeof KINDS)[number];
const FORMATS = ['raw', 'json', 'header'] as const;
const rows = KINDS.flatMap((kind) => FORMATS.map((format) => ({ kind, format })));

async function minted(kind: Kind): Promise<{ token: string; keyId?: string }> {
  const payload = JSON.stringify({ aud: 'x', exp: world.clock.now.getTime() / 1000 + 3600 });
  switch (kind) {
    case 'access-token':
      return { token: await world.accessToken() };
    case 'id-token':
      return { token: (await world.mint('generateIdToken', { audience: 'x' })).token ?? '' };
    case 'signed-jwt': {
      const { signedJwt = '', keyId = '' } = await world.mint('signJwt', { payload });
      return { token: signedJwt, keyId };
    }
    case 'signed-blob': {
      const blob = { payload: Buffer.from('release 42').toString('base64') };
      const { signedBlob = '', keyId = '' } = await world.mint('signBlob', blob);
      return { token: signedBlob, keyId };
    }
  }
}

/** Stores a credential as `mint` does. */
async function stored(kind: Kind, format: (typeof FORMATS)[number]): Promise<string> {
  const { token, keyId } = await minted(kind);
  const header =
    kind === 'signed-blob'
      ? `Signature: keyId="${keyId}",algorithm="rsa-sha256",signature="${token}"`
      : `Authorization: Bearer ${token}`;
  const json = () => world.json({ kind, token, ...(keyId !== undefined && { keyId }) });
  await world.store(format === 'raw' ? token : format === 'header' ? header : await json());
  return token;
}

const failing: {
  title: string;
  answer: typeof answer;
  options?: gaxios.GaxiosOptions;
}[] = [
  {
    title: 'refuses',
    answer: (_request, response) => response.writeHead(400).end('no'),
  },
  {
    title: 'refuses the credential',
    answer: (_request, response) => response.writeHead(401).end('{}'),
  },
  {
    title: 'sends the request back as JSON',
    answer: ({ headers }, response) =>
      response
        .writeHead(403, { 'content-type': 'application/json', 'x-echo': JSON.stringify(headers) })
        .end(JSON.stringify({ error: { message: JSON.stringify(headers), details: [headers] } })),
  },
  {
    title: 'sends the request back as text, in base64, hex and as a URL',
    answer: ({ headers }, response) => {
      const { authorization, signature } = headers as Record<string, string>;
      const sent = authorization ?? signature ?? '';
      const texts = [sent, encodeURIComponent(sent), Buffer.from(sent).toString('hex')];
      const base64 = ['', 'x', 'xx'].map((before) => Buffer.from(before + sent).toString('base64'));
      response
        .writeHead(500, { 'content-type': 'text/plain' })
        .end([...texts, ...base64].join('\n'));
    },
  },
  ...(['stream', 'arraybuffer', 'text', 'json', 'unknown'] as const).map((responseType) => ({
    title: `sends the request back, read as ${responseType}`,
    answer: ({ headers }: IncomingMessage, response: ServerResponse) =>
      response.writeHead(400).end(JSON.stringify(headers)),
    options: { responseType },
  })),
  { title: 'breaks the connection', answer: (request) => request.socket.destroy() },
  {
    title: 'is late',
    answer: () => {},
    options: { timeout: 50 },
  },
];

describe.each(rows)('A request with a credential of kind $kind, stored as $format,', (row) => {
  it.each(failing)('gives an error without it, if the service $title', async (failure) => {
    const token = await stored(row.kind, row.format);
    answer = failure.answer;
    const reader = world.reader();
    const sent = reader.request({ url, method: 'POST', data: { n: 1 }, ...failure.options });
    const error = await sent.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(Error);
    expect(leaks(error, token)).toEqual([]);
  });
});

describe('The error of a request', () => {
  const errorOf = async (reader: SecretCredential, options: gaxios.GaxiosOptions = {}) =>
    reader.request({ url, ...options }).then(
      () => undefined,
      (thrown: unknown) => thrown as gaxios.GaxiosError<{ error: { message: string } }>,
    );

  it('still is one of gaxios, with what programs read of it', async () => {
    await stored('access-token', 'raw');
    answer = (_request, response) =>
      response
        .writeHead(404, { 'content-type': 'application/json', 'x-reason': 'gone' })
        .end(
          JSON.stringify({ error: { code: 404, message: 'no such topic', status: 'NOT_FOUND' } }),
        );
    const error = await errorOf(world.reader(), { headers: { 'x-mine': 'yes' } });
    expect(error).toBeInstanceOf(gaxios.GaxiosError);
    expect(error).toMatchObject({
      message: 'no such topic',
      status: 404,
      code: 404,
      response: { status: 404, data: { error: { message: 'no such topic' } } },
    });
    expect(error?.response?.headers.get('x-reason')).toBe('gone');
    expect(new Headers(error?.config.headers).get('x-mine')).toBe('yes');
    expect(String(error?.config.url)).toBe(url);
    expect(error?.stack).toMatch(/no such topic\n +at /);
  });

  it('has the code of a broken connection and of a timeout', async () => {
    await stored('signed-blob', 'json');
    answer = ({ socket }) => socket.destroy();
    expect(await errorOf(world.reader())).toMatchObject({ code: 'ECONNRESET' });
    answer = () => {};
    expect(await errorOf(world.reader(), { timeout: 50 })).toMatchObject({ code: 'TimeoutError' });
  });

  it('reaches the functions of a retry without the credential', async () => {
    const token = await stored('signed-blob', 'json');
    let attempts = 0;
    answer = ({ headers }, response) =>
      ++attempts < 2
        ? response.writeHead(503).end(JSON.stringify(headers))
        : response.writeHead(200, { 'content-type': 'application/json' }).end('{"n":1}');
    const seen: unknown[] = [];
    const note = (error: unknown) => {
      seen.push(error);
    };
    const retryConfig = { onRetryAttempt: note, retryDelay: 1 };
    const sent = await world.reader().request({ url, retryConfig });
    expect(sent.data).toEqual({ n: 1 });
    expect(seen).toHaveLength(1);
    expect(leaks(seen[0], token)).toEqual([]);
  });
});

describe.each(rows)(
  'A reader of a credential of kind $kind, stored as $format,',
  ({ kind, format }) => {
    const ways: { title: string; fail: (token: string) => Promise<unknown> }[] = [
      {
        title: 'that belongs to another account',
        fail: () => world.reader({ account: OTHER }).getCredential(),
      },
      {
        title: 'whose account Google does not answer for',
        fail: () => {
          const refuse = async (input: string | URL | Request, init?: RequestInit) =>
            /tokeninfo|jwk/.test(String(input))
              ? new Response(null, { status: 500 })
              : fetch(input, init);
          return world.reader({ account: TARGET, fetch: refuse as typeof fetch }).getCredential();
        },
      },
      {
        title: 'that has expired',
        fail: async () => {
          const reader = world.reader();
          await reader.getToken();
          world.advance(24 * 60);
          return reader.getToken();
        },
      },
      {
        title: 'with a fault in it',
        fail: async (token) => {
          await world.store(`{"version":1,"token":"${token}"`);
          return world.reader().getToken();
        },
      },
      {
        title: 'with a payload that is changed on the way',
        fail: (token) => {
          const body = {
            name: 'x/versions/1',
            payload: { data: Buffer.from(token).toString('base64'), dataCrc32c: '1' },
          };
          const broken = async () => new Response(JSON.stringify(body));
          return world.reader({ fetch: broken as typeof fetch }).getToken();
        },
      },
    ];
    it.each(ways)('shows nothing of one $title', async ({ fail }) => {
      const token = await stored(kind, format);
      const error = await fail(token).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      // A proof may succeed without Google, and not every kind has an expiry.
      if (error !== undefined) expect(error).toMatchObject({ name: 'ReaderError' });
      expect(leaks(error ?? new Error('none'), token)).toEqual([]);
    });
  },
);
