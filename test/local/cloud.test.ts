import { request } from 'node:http';
import { startLocalCloud } from '../../local/cloud.ts';
import { type Acme, minter, NOW, openAcme, relay, target } from './chain-cloud.ts';

/** A bare request, as fetch sets Host and Origin itself. */
const statusOf = (cloud: Acme, headers: Record<string, string>, path = '/oauth2/v3/certs') =>
  new Promise<number | undefined>((resolve, reject) => {
    const { port } = cloud;
    request({ host: '127.0.0.1', port, path, headers }, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode));
    })
      .once('error', reject)
      .end();
  });

describe('the local cloud', () => {
  let cloud: Acme;
  beforeEach(async () => {
    cloud = await openAcme();
  });
  afterEach(() => cloud.close());

  it.each([
    ['by its address', 200, { host: '127.0.0.1:9100' }],
    ['as localhost', 200, { host: 'localhost:9100' }],
    ['by a name that someone made resolve to it', 403, { host: 'evil.example:9100' }],
    ['by a name that begins like localhost', 403, { host: 'localhost.evil.example' }],
    ['from a web page', 403, { host: 'localhost:9100', origin: 'http://evil.example' }],
    ['from a page without an origin', 403, { host: 'localhost:9100', origin: 'null' }],
  ])('called %s answers %i', async (_title, status, headers) => {
    expect(await statusOf(cloud, headers)).toBe(status);
  });

  it('answers what it has no route for in the form of Google, and logs it once', async () => {
    const call = () => cloud.call(undefined, 'GET', '/v1/projects/acme-ops/unicorns?secret=1');
    const { status, body } = await call();
    expect(status).toBe(404);
    expect(body).toEqual({
      error: { code: 404, status: 'NOT_FOUND', message: expect.stringContaining('/unicorns') },
    });
    await call();
    expect(cloud.lines).toEqual(['no route for GET /v1/projects/acme-ops/unicorns']);
  });

  it.each([
    ['', true],
    ['?$prettyPrint=1', true],
    ['?$prettyPrint=0', false],
    ['?$prettyPrint=false', false],
    ['?prettyPrint=false', false],
  ])('breaks what it answers into lines, unless told not to: "%s"', async (query, inLines) => {
    for (const path of ['/oauth2/v3/certs', '/v1/projects/acme-ops/unicorns']) {
      const text = await (await fetch(`${cloud.url}${path}${query}`)).text();
      expect(text.includes('\n')).toBe(inLines);
      expect(Object.keys(JSON.parse(text))).toHaveLength(1);
    }
  });

  it('does not take a method that it does not have for the name of a resource', async () => {
    const path = `/v1/projects/-/serviceAccounts/${relay}:rotate`;
    expect((await cloud.call('user:owner@acme.com', 'GET', path)).status).toBe(404);
    expect(cloud.lines).toHaveLength(1);
  });

  it('takes a client that goes away in the middle of a request for no bug', async () => {
    const { port } = cloud;
    const { requests } = cloud.state;
    const headers = { host: 'localhost', 'content-length': '100' };
    const half = request({ host: '127.0.0.1', port, method: 'POST', path: '/tokeninfo', headers });
    half.on('error', () => {});
    half.write('access_token=', () => half.destroy());
    while (requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(requests).toMatchObject([{ path: '/tokeninfo', status: 0 }]);
    expect(cloud.lines).toEqual([]);
  });

  it('answers a bug of its own with 500 and logs where it is', async () => {
    cloud.state.accounts.get = () => {
      throw new TypeError('not a function of this world');
    };
    const { status, body } = await cloud.call(undefined, 'POST', '/_local/token', {
      account: relay,
    });
    expect(status).toBe(500);
    expect(body).toMatchObject({ error: { code: 500, status: 'INTERNAL' } });
    expect(cloud.lines.join()).toContain('bug in token: TypeError: not a function of this world');
  });

  it('tells who calls with no token, with none of ours, and with one in another form', async () => {
    const status = async (authorization: string | undefined) => {
      const headers = authorization === undefined ? {} : { authorization };
      const answer = await cloud.call(
        undefined,
        'GET',
        '/v1/projects/acme-ops',
        undefined,
        headers,
      );
      const { details } = answer.body.error as { details: { reason: string }[] };
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
      return `${answer.status} ${details[0]?.reason}`;
    };
    expect(await status(undefined)).toBe('401 CREDENTIALS_MISSING');
    expect(await status('Bearer ya29.nope')).toBe('401 ACCESS_TOKEN_TYPE_UNSUPPORTED');
    expect(await status('Basic dXNlcjpwYXNz')).toBe('401 ACCESS_TOKEN_TYPE_UNSUPPORTED');
  });

  it('says what is wrong with a body that is not JSON', async () => {
    const path = `/v1/projects/-/serviceAccounts/${relay}:generateAccessToken`;
    const { status, body } = await cloud.call(minter, 'POST', path, '{"scope":');
    expect(status).toBe(400);
    expect(body).toMatchObject({
      error: { message: expect.stringContaining('Invalid JSON payload') },
    });
  });

  it('takes the queries that clients add, and refuses a path that is no percent-encoding', async () => {
    const get = async (query: string) =>
      (await cloud.call('user:owner@acme.com', 'GET', `/v1/projects/acme-ops${query}`)).status;
    expect(await get('?alt=json')).toBe(200);
    expect(await get('?$alt=json;enum-encoding=int')).toBe(200);
    expect(await get('%E0%A4%A')).toBe(400);
  });

  it('logs every call with its identity, status and time, and counts them by API', async () => {
    const path = `/v1/projects/-/serviceAccounts/${target}:generateAccessToken`;
    await cloud.call(minter, 'POST', path, { scope: ['openid'] });
    const { body } = await cloud.call(undefined, 'GET', '/_local/requests');
    expect(body).toEqual({
      requests: [
        {
          time: NOW.toISOString(),
          method: 'POST',
          path,
          api: 'iamcredentials',
          apiMethod: 'projects.serviceAccounts.generateAccessToken',
          identity: `serviceAccount:${minter}`,
          status: 403,
        },
      ],
      counts: { iamcredentials: 1 },
    });
  });

  it('moves its clock on request', async () => {
    const { body } = await cloud.call(undefined, 'POST', '/_local/clock', { advanceSeconds: 90 });
    expect(body).toEqual({ now: '2026-11-22T12:01:30.000Z' });
  });

  it('gives a token of any account by email or ID, and of any person, and of nobody else', async () => {
    const ask = async (account: string) => {
      const answer = await cloud.call(undefined, 'POST', '/_local/token', { account });
      return `${answer.status} ${cloud.state.tokens.get(String(answer.body.accessToken))?.member}`;
    };
    expect(await ask(relay)).toBe(`200 serviceAccount:${relay}`);
    expect(await ask('100000000000000000002')).toBe(`200 serviceAccount:${relay}`);
    expect(await ask('user:Ada@acme.com')).toBe('200 user:ada@acme.com');
    expect(await ask('ada@acme.com')).toBe('404 undefined');
  });

  it('starts in milliseconds, as keys are made when they are first used', async () => {
    const started = performance.now();
    const another = await startLocalCloud();
    const took = performance.now() - started;
    await another.close();
    expect(another.state.signingKeys.size).toBe(0);
    expect(took).toBeLessThan(100);
  });
});
