import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { leanAnswer, leanFetch } from '../../shared/google/fetch.ts';

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
    const bytes = Buffer.from('{"say":"grüß"}');
    const url = await serve(async (_request, response) => {
      for (const byte of bytes) {
        response.write(Buffer.from([byte]));
        await new Promise(setImmediate);
      }
      response.end();
    });
    expect(await (await get(url)).text()).toBe(bytes.toString());
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
