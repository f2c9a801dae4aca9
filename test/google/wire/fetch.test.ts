import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { leanAnswer, leanFetch } from '../../../shared/google/wire/fetch.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const say = { say: 'grüß' };
const bytes = new TextEncoder().encode(JSON.stringify(say));

async function streamed(response: Response): Promise<Uint8Array | null> {
  if (!response.body) return null;
  const pieces: Uint8Array[] = [];
  for await (const piece of response.body) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe('an answer to a library of Google', () => {
  const answered = async (status: number) => {
    const url = await serve((_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(status === 204 ? undefined : bytes);
    });
    return leanFetch(url);
  };

  it.each<[string, (response: Response) => Promise<unknown>, unknown]>([
    ['text', (response) => response.text(), JSON.stringify(say)],
    ['json', (response) => response.json(), say],
    ['arrayBuffer', (response) => response.arrayBuffer(), bytes.buffer],
    ['bytes', (response) => response.bytes(), bytes],
    ['blob', async (response) => (await response.blob()).type, 'application/json'],
    ['blob', async (response) => (await response.blob()).bytes(), bytes],
    ['body', async (response) => streamed(response), Buffer.from(bytes)],
    ['clone', async (response) => response.clone().json(), say],
  ])('is read by its %s', async (_by, read, expected) => {
    const response = await answered(200);
    expect(response).toBeInstanceOf(Response);
    expect(response.ok).toBe(true);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await read(response)).toEqual(expected);
  });

  it('lets go of the bytes that were taken, and refuses to be read again', async () => {
    const response = await answered(200);
    const copy = response.clone();
    const taken = await response.arrayBuffer();
    expect(await response.json()).toEqual(say);
    await new Promise(setImmediate);
    expect(taken.byteLength).toBe(0);
    await expect(response.text()).rejects.toThrow(TypeError);
    await expect(response.arrayBuffer()).rejects.toThrow(TypeError);
    await new Promise(setImmediate);
    expect(await copy.json()).toEqual(say);
  });

  it('has a body where it is an error', async () => {
    const response = await answered(403);
    expect(response.ok).toBe(false);
    expect(await streamed(response)).toEqual(Buffer.from(bytes));
  });

  it('has no body where there can be none', async () => {
    const response = await answered(204);
    expect(response.body).toBeNull();
    expect(await response.text()).toBe('');
  });
});

describe.each([
  ['by its libraries', leanFetch],
  ['by us', leanAnswer],
])('a request to Google, %s,', (_by, send) => {
  const get = (url: string, signal = new AbortController().signal) => send(url, { signal });

  it('follows no redirect, whose host would be given the token', async () => {
    const asked: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      asked.push(request.url);
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    expect((await get(`${url}/here`)).status).toBe(302);
    expect(asked).toEqual(['/here']);
  });

  it('reads an answer that comes in pieces, also of one character', async () => {
    const url = await serve(async (_request, response) => {
      for (const byte of bytes) {
        response.write(Buffer.from([byte]));
        await new Promise(setImmediate);
      }
      response.end();
    });
    expect(await (await get(url)).text()).toBe(JSON.stringify(say));
  });

  it('has no answer when the connection is cut within it', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"accessToken":');
      setTimeout(() => response.destroy(), 20);
    });
    await expect(get(url)).rejects.toThrow();
  });

  it('ends when it is called off, before the answer and within it', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/within') response.writeHead(200).write('{');
    });
    for (const path of ['/before', '/within']) {
      await expect(get(url + path, AbortSignal.timeout(50))).rejects.toThrow();
    }
  });
});
