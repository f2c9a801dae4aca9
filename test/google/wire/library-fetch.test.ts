import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { fetchForLibrary } from '../../../shared/google/wire/library-fetch.ts';

/** Another host than loopback, on this machine. */
const elsewhere =
  Object.values(networkInterfaces())
    .flat()
    .find((one) => one?.family === 'IPv4' && !one.internal)?.address ?? '127.0.0.2';

let received: IncomingMessage['headers'][] = [];
const server = createServer((request, response) => {
  received.push(request.headers);
  response.end('a subject token');
});
let url: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, elsewhere, resolve));
  url = `http://${elsewhere}:${(server.address() as AddressInfo).port}/token`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  received = [];
});

const authorization = 'Bearer a-token';

describe('a request of a library to another host', () => {
  it.each([
    { what: 'an Authorization header', init: { headers: { authorization } } },
    { what: 'Headers with an Authorization', init: { headers: new Headers({ authorization }) } },
    { what: 'a text', init: { method: 'POST', body: 'subject_token=a-token' } },
    { what: 'a form', init: { method: 'POST', body: new URLSearchParams({ token: 'a' }) } },
  ])('is refused with $what', async ({ init }) => {
    const send = fetchForLibrary();
    await expect(send(url, init)).rejects.toThrow('a credential goes to Google only');
    await expect(send(new URL(url), init)).rejects.toThrow('a credential goes to Google only');
    await expect(send(new Request(url, init))).rejects.toThrow('a credential goes to Google only');
    expect(received).toEqual([]);
  });

  it('is sent without a credential, because a metadata server is any host', async () => {
    const headers = { 'metadata-flavor': 'Google' };
    const response = await fetchForLibrary()(url, { headers });
    expect(await response.text()).toBe('a subject token');
  });

  it('has the headers of its file if it asks the source of a federation, and no body', async () => {
    const send = fetchForLibrary(() => url);
    await send(url, { headers: { authorization } });
    expect(received).toMatchObject([{ authorization }]);
    await expect(send(url, { method: 'POST', body: 'a' })).rejects.toThrow('goes to Google only');
    await expect(send(`${url}/other`, { headers: { authorization } })).rejects.toThrow(
      'goes to Google only',
    );
  });
});
