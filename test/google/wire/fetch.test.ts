import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { nodeFetch, nodeFetchText } from '../../../shared/google/wire/fetch.ts';

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

const content = { text: 'grüß' };
const bytes = new TextEncoder().encode(JSON.stringify(content));

async function streamed(response: Response): Promise<Uint8Array | null> {
  if (!response.body) return null;
  const pieces: Uint8Array[] = [];
  for await (const piece of response.body) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe('a response of nodeFetch', () => {
  const responseWith = async (status: number) => {
    const url = await serve((_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(status === 204 ? undefined : bytes);
    });
    return nodeFetch(url);
  };

  it.each<{ method: string; read: (response: Response) => Promise<unknown>; expected: unknown }>([
    { method: 'text', read: (response) => response.text(), expected: JSON.stringify(content) },
    { method: 'json', read: (response) => response.json(), expected: content },
    { method: 'arrayBuffer', read: (response) => response.arrayBuffer(), expected: bytes.buffer },
    { method: 'bytes', read: (response) => response.bytes(), expected: bytes },
    {
      method: 'blob',
      read: async (response) => (await response.blob()).type,
      expected: 'application/json',
    },
    { method: 'blob', read: async (response) => (await response.blob()).bytes(), expected: bytes },
    { method: 'body', read: async (response) => streamed(response), expected: Buffer.from(bytes) },
    { method: 'clone', read: async (response) => response.clone().json(), expected: content },
  ])('can be read with $method', async ({ read, expected }) => {
    const response = await responseWith(200);
    expect(response).toBeInstanceOf(Response);
    expect(response.ok).toBe(true);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await read(response)).toEqual(expected);
  });

  it('frees its bytes in the turn after arrayBuffer, and then refuses another read', async () => {
    const response = await responseWith(200);
    const copy = response.clone();
    const taken = await response.arrayBuffer();
    expect(await response.json()).toEqual(content);
    await new Promise(setImmediate);
    expect(taken.byteLength).toBe(0);
    await expect(response.text()).rejects.toThrow(TypeError);
    await expect(response.arrayBuffer()).rejects.toThrow(TypeError);
    await new Promise(setImmediate);
    expect(await copy.json()).toEqual(content);
  });

  it('has a body if the status is an error', async () => {
    const response = await responseWith(403);
    expect(response.ok).toBe(false);
    expect(await streamed(response)).toEqual(Buffer.from(bytes));
  });

  it('has no body if the status is 204', async () => {
    const response = await responseWith(204);
    expect(response.body).toBeNull();
    expect(await response.text()).toBe('');
  });
});

describe.each([
  { name: 'nodeFetch', send: nodeFetch },
  { name: 'nodeFetchText', send: nodeFetchText },
])('$name', ({ send }) => {
  const get = (url: string, signal = new AbortController().signal) => send(url, { signal });

  it('follows no redirect, because the other host would get the token', async () => {
    const paths: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      paths.push(request.url);
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    expect((await get(`${url}/here`)).status).toBe(302);
    expect(paths).toEqual(['/here']);
  });

  it('follows no redirect with a body that is not text either', async () => {
    const paths: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      paths.push(request.url);
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    const sent = send(`${url}/here`, { method: 'POST', body: new Uint8Array([1]) });
    await expect(sent).rejects.toThrow();
    expect(paths).toEqual(['/here']);
  });

  it('reads a response that arrives in pieces, even half a character', async () => {
    const url = await serve(async (_request, response) => {
      for (const byte of bytes) {
        response.write(Buffer.from([byte]));
        await new Promise(setImmediate);
      }
      response.end();
    });
    expect(await (await get(url)).text()).toBe(JSON.stringify(content));
  });

  it('throws if the connection breaks in the middle of the response', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"accessToken":');
      setTimeout(() => response.destroy(), 20);
    });
    await expect(get(url)).rejects.toThrow();
  });

  it('throws if the signal aborts, before the response and in the middle of it', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/within') response.writeHead(200).write('{');
    });
    for (const path of ['/before', '/within']) {
      await expect(get(url + path, AbortSignal.timeout(50))).rejects.toThrow();
    }
  });
});
