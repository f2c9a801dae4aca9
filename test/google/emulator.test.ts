import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OAuth2Client } from 'google-auth-library';
import { googleCloud } from '../../shared/google/cloud.ts';
import { nodeFetch } from '../../shared/google/wire/fetch.ts';
import { hostsOf } from '../../shared/google/wire/http.ts';

const received: IncomingHttpHeaders[] = [];
const emulator = createServer((request, response) => {
  received.push(request.headers);
  request.resume();
  response.setHeader('content-type', 'application/json').end('{"messageIds":["1"]}');
});
beforeAll(() => new Promise<void>((resolve) => emulator.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise((resolve) => emulator.close(resolve)));

it('sends messages to the Pub/Sub emulator without a credential', async () => {
  const client = new OAuth2Client({ transporterOptions: { fetchImplementation: nodeFetch } });
  client.setCredentials({ access_token: 'a token' });
  const { port } = emulator.address() as AddressInfo;
  const { topics } = googleCloud(hostsOf(undefined, `127.0.0.1:${port}`), () => new Date(), {
    identity: async () => client,
    email: async () => undefined,
  });
  const signal = AbortSignal.timeout(5_000);
  const published = await topics.publish('projects/p/topics/t', [{ message: {} }], signal);
  expect(published).toEqual({ ok: true, value: undefined });
  expect(received).toHaveLength(1);
  expect(JSON.stringify(received)).not.toMatch(/authorization|a token/i);
});
