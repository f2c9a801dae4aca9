import { request } from 'node:http';
import { type ChainCloud, minter, NOW, openChainCloud, relay, target } from '../chain-cloud.ts';

let cloud: ChainCloud;
beforeEach(async () => {
  cloud = await openChainCloud();
});
afterEach(() => cloud.close());

/** Node's own request, because `fetch` sets Host and Origin itself. */
const statusOf = (headers: Record<string, string>, path = '/oauth2/v3/certs') =>
  new Promise<number | undefined>((resolve, reject) => {
    const { port } = cloud;
    request({ host: '127.0.0.1', port, path, headers }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode));
    })
      .once('error', reject)
      .end();
  });

describe('A request to the local cloud', () => {
  it.each([
    { situation: 'by the loopback address', status: 200, headers: { host: '127.0.0.1:9100' } },
    { situation: 'as localhost', status: 200, headers: { host: 'localhost:9100' } },
    {
      situation: 'by a foreign name that resolves to loopback',
      status: 403,
      headers: { host: 'evil.example:9100' },
    },
    {
      situation: 'by a foreign name that starts like localhost',
      status: 403,
      headers: { host: 'localhost.evil.example' },
    },
    {
      situation: 'from a web page',
      status: 403,
      headers: { host: 'localhost:9100', origin: 'http://evil.example' },
    },
    {
      situation: 'from a web page without an origin of its own',
      status: 403,
      headers: { host: 'localhost:9100', origin: 'null' },
    },
  ])('$situation gets status $status', async ({ status, headers }) => {
    expect(await statusOf(headers)).toBe(status);
  });

  it("without a route gets a 501 in Google's form, and the log shows the path once", async () => {
    const call = () => cloud.call(undefined, 'GET', '/v1/projects/acme-ops/unicorns?secret=1');
    const { status, body } = await call();
    expect(status).toBe(501);
    expect(body).toEqual({
      error: { code: 501, status: 'UNIMPLEMENTED', message: expect.stringContaining('/unicorns') },
    });
    await call();
    expect(cloud.lines).toEqual(['no route for GET /v1/projects/acme-ops/unicorns']);
  });

  it('for an unknown method does not read the method as part of the resource name', async () => {
    const path = `/v1/projects/-/serviceAccounts/${relay}:rotate`;
    expect((await cloud.call('user:owner@acme.com', 'GET', path)).status).toBe(501);
    expect(cloud.lines).toHaveLength(1);
  });

  it.each([
    { query: '', indented: true },
    { query: '?$prettyPrint=1', indented: true },
    { query: '?$prettyPrint=0', indented: false },
    { query: '?$prettyPrint=false', indented: false },
    { query: '?prettyPrint=false', indented: false },
  ])('with the query "$query" gets indented JSON: $indented', async ({ query, indented }) => {
    for (const path of ['/oauth2/v3/certs', '/v1/projects/acme-ops/unicorns']) {
      const text = await (await fetch(`${cloud.url}${path}${query}`)).text();
      expect(text.includes('\n')).toBe(indented);
      expect(Object.keys(JSON.parse(text))).toHaveLength(1);
    }
  });

  it('that the client aborts is recorded and is not logged as a bug', async () => {
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

  it('that hits a bug of the local cloud gets a 500, and the log shows the stack', async () => {
    cloud.state.accounts.get = () => {
      throw new TypeError('planted bug');
    };
    const { status, body } = await cloud.call(undefined, 'POST', '/_local/token', {
      account: relay,
    });
    expect(status).toBe(500);
    expect(body).toMatchObject({ error: { code: 500, status: 'INTERNAL' } });
    expect(cloud.lines.join()).toContain('bug in token: TypeError: planted bug');
  });

  it.each([
    { situation: 'without a token', authorization: undefined, reason: 'CREDENTIALS_MISSING' },
    {
      situation: 'with an unknown token',
      authorization: 'Bearer ya29.nope',
      reason: 'ACCESS_TOKEN_TYPE_UNSUPPORTED',
    },
    {
      situation: 'with basic authentication',
      authorization: 'Basic dXNlcjpwYXNz',
      reason: 'ACCESS_TOKEN_TYPE_UNSUPPORTED',
    },
  ])('$situation gets a 401 with the reason $reason', async ({ authorization, reason }) => {
    const headers = authorization === undefined ? {} : { authorization };
    const path = '/v1/projects/acme-ops';
    const response = await cloud.call(undefined, 'GET', path, undefined, headers);
    expect(response.status).toBe(401);
    expect(response.body).toMatchObject({ error: { details: [{ reason }] } });
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
  });

  it('whose body is not JSON gets an error that says so', async () => {
    const path = `/v1/projects/-/serviceAccounts/${relay}:generateAccessToken`;
    const { status, body } = await cloud.call(minter, 'POST', path, '{"scope":');
    expect(status).toBe(400);
    expect(body).toMatchObject({
      error: { message: expect.stringContaining('Invalid JSON payload') },
    });
  });

  it.each([
    { situation: 'with the query of older clients', suffix: '?alt=json', status: 200 },
    {
      situation: 'with the query of newer clients',
      suffix: '?$alt=json;enum-encoding=int',
      status: 200,
    },
    { situation: 'with invalid percent-encoding', suffix: '%E0%A4%A', status: 400 },
  ])('$situation gets status $status', async ({ suffix, status }) => {
    const path = `/v1/projects/acme-ops${suffix}`;
    expect((await cloud.call('user:owner@acme.com', 'GET', path)).status).toBe(status);
  });

  it('is recorded with identity, status and time, and counted by API', async () => {
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
});
