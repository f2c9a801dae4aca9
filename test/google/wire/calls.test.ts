import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { OAuth2Client } from 'google-auth-library';
import { type LocalCloud, startLocalCloud } from '../../../local/cloud.ts';
import { googleCloud } from '../../../shared/google/cloud.ts';
import { requireGoogle } from '../../../shared/google/wire/destination.ts';
import { hostsOf } from '../../../shared/google/wire/http.ts';
import { fetchForLibrary } from '../../../shared/google/wire/library-fetch.ts';
import { localClock } from '../../../shared/google/wire/local-clock.ts';
import { WIRE } from '../../../shared/google/wire/wire.ts';
import { chainOf, seedOf, TARGET } from '../../functions/rotation-world.ts';
import { CREDENTIALS } from '../../simulation/chains.ts';

describe('Call timeout:', () => {
  const CALL_TIMEOUT_MS = 150;
  const chain = chainOf('export', CREDENTIALS['access-token']);

  let local: LocalCloud;
  beforeAll(async () => {
    local = await startLocalCloud({ seed: seedOf([chain]) });
  });
  afterAll(() => local.close());

  const client = new OAuth2Client();
  client.setCredentials({ access_token: 'a token' });
  const cloud = () => {
    let elapsedMs = 0;
    return googleCloud(
      hostsOf(local.url),
      () => new Date(),
      { identity: async () => client, email: async () => TARGET },
      // The clock moves a minute at every look, so there is no time for a second attempt.
      {
        ...WIRE,
        callTimeoutMs: CALL_TIMEOUT_MS,
        listTimeoutMs: CALL_TIMEOUT_MS,
        elapsedMs: () => {
          elapsedMs += 60_000;
          return elapsedMs;
        },
      },
    );
  };

  type Call = (signal: AbortSignal) => Promise<{ ok: boolean }>;
  const secret: Call = (signal) => cloud().secrets.secret(chain.secret, signal);
  const list: Call = (signal) => cloud().secrets.secretsIn('acme-ops', signal);
  const publish: Call = (signal) =>
    cloud().topics.publish('projects/p/topics/t', [{ message: {} }], signal);
  const mint: Call = (signal) => cloud().credentials.mint(chain, () => new Date(), signal);

  // Each client has its own way to pass the signal on.
  describe('a call that Google never answers', () => {
    it.each([
      { what: 'of Secret Manager', call: secret },
      { what: 'of Secret Manager that lists', call: list },
      { what: 'of Pub/Sub', call: publish },
      { what: 'of IAM Credentials', call: mint },
    ])('$what, fails with cloud-busy after the timeout of a call', async ({ call }) => {
      local.state.faults = [{ path: '.', latencyMs: 60_000 }];
      const startedAt = performance.now();
      const result = await call(new AbortController().signal);
      expect(result).toMatchObject({ ok: false, error: { reason: 'cloud-busy' } });
      expect(performance.now() - startedAt).toBeLessThan(CALL_TIMEOUT_MS + 3000);
    });

    it.each([
      { what: 'of Secret Manager', call: secret },
      { what: 'of Pub/Sub', call: publish },
      { what: 'of IAM Credentials', call: mint },
    ])('$what, ends with the deadline of its run', async ({ call }) => {
      local.state.faults = [{ path: '.', latencyMs: 60_000 }];
      expect(await call(AbortSignal.timeout(50))).toMatchObject({
        ok: false,
        error: { reason: 'deadline' },
      });
    });
  });
});

describe('a request with a credential', () => {
  it.each([
    'https://iamcredentials.googleapis.com/v1/x',
    'https://secretmanager.europe-west3.rep.googleapis.com',
    'http://127.0.0.1:8787/v1/x',
    'http://localhost:8787',
    'http://[::1]:8787',
  ])('may go to %s', (address) => {
    expect(() => requireGoogle(address)).not.toThrow();
  });

  it.each([
    'http://iamcredentials.googleapis.com',
    'https://iamcredentials.googleapis.com:444',
    'https://googleapis.com.example.org',
    'https://xgoogleapis.com',
    'https://example.org/.googleapis.com',
    'https://a.googleapis.com@example.org',
    'http://example.org:80',
    'http://127.0.0.1.example.org',
    'http://10.0.0.1:8787',
    'https://127.0.0.1',
    'ftp://storage.googleapis.com',
    'nowhere',
  ])('may not go to %s', (address) => {
    expect(() => requireGoogle(address)).toThrow('a credential goes to Google only');
  });
});

describe('Library fetch:', () => {
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
      await expect(send(new Request(url, init))).rejects.toThrow(
        'a credential goes to Google only',
      );
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
});

const MACHINE = Date.parse('2026-11-22T12:00:00Z');

describe('the clock of a local cloud', () => {
  let local: LocalCloud;
  let machine: number;
  beforeEach(async () => {
    machine = MACHINE;
    local = await startLocalCloud();
  });
  afterEach(() => local.close());

  const open = (url = local.url) => localClock(url, () => new Date(machine));
  const aheadSeconds = (now: () => Date) => (now().getTime() - machine) / 1000;

  it('follows each move, forward and back', async () => {
    const { now, refresh } = open();
    for (const seconds of [1200, -300]) {
      local.state.advance(seconds);
      machine += 1000;
      await refresh();
    }
    expect(aheadSeconds(now)).toBeCloseTo(900, 1);
  });

  it('is read at most once within 100 ms', async () => {
    const { now, refresh } = open();
    await refresh();
    local.state.advance(1200);
    machine += 99;
    await refresh();
    expect(aheadSeconds(now)).toBeCloseTo(0, 1);
    machine += 1;
    await refresh();
    expect(aheadSeconds(now)).toBeCloseTo(1200, 1);
  });

  it('keeps its last difference when no local cloud answers', async () => {
    const { now, refresh } = open();
    local.state.advance(1200);
    await refresh();
    await local.close();
    machine += 1000;
    await refresh();
    expect(aheadSeconds(now)).toBeCloseTo(1200, 1);
    local = await startLocalCloud();
  });
});
