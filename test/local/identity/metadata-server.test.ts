import { GoogleAuth, OAuth2Client } from 'google-auth-library';
import { type Acme, minter, OPS, openAcme, relay } from '../chain-cloud.ts';

describe('a metadata server', () => {
  let cloud: Acme;
  let host: string;
  beforeAll(async () => {
    cloud = await openAcme();
    const { body } = await cloud.call(undefined, 'POST', '/_local/metadata', { account: minter });
    host = String(body.host);
  });
  afterAll(() => cloud.close());

  const get = async (
    path: string,
    headers: Record<string, string> = { 'metadata-flavor': 'Google' },
  ) => {
    const answer = await fetch(`http://${host}/computeMetadata/v1/${path}`, { headers });
    return {
      status: answer.status,
      text: await answer.text(),
      flavor: answer.headers.get('metadata-flavor'),
    };
  };
  const account = 'instance/service-accounts/default';

  it('listens on a loopback port of its own, the same each time for one account', async () => {
    const again = await cloud.call(undefined, 'POST', '/_local/metadata', { account: minter });
    const other = await cloud.call(undefined, 'POST', '/_local/metadata', { account: relay });
    expect(host).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(again.body.host).toBe(host);
    expect(other.body.host).not.toBe(host);
  });

  it('is there for accounts only', async () => {
    const nobody = { account: `nobody@${OPS}` };
    expect((await cloud.call(undefined, 'POST', '/_local/metadata', nobody)).status).toBe(404);
  });

  const texts: [path: string, text: string][] = [
    [`${account}/email`, minter],
    [`instance/service-accounts/${minter}/email`, minter],
    ['instance/service-accounts/', `default/\n${minter}/\n`],
    [
      `${account}/scopes`,
      'https://www.googleapis.com/auth/cloud-platform\nhttps://www.googleapis.com/auth/userinfo.email\nopenid\n',
    ],
    ['project/project-id', 'acme-ops'],
    ['project/numeric-project-id', '700000000001'],
    ['project/project-id?alt=json', '"acme-ops"'],
    ['project/numeric-project-id?alt=json', '700000000001'],
    ['universe/universe-domain', 'googleapis.com'],
  ];
  it.each(texts)('answers %s', async (path, text) => {
    expect(await get(path)).toEqual({ status: 200, text, flavor: 'Google' });
  });

  it('answers a directory as JSON when asked to recurse', async () => {
    const { text } = await get(`${account}/?recursive=true`);
    expect(JSON.parse(text)).toMatchObject({ email: minter, aliases: ['default'] });
    const all = JSON.parse((await get('?recursive=true')).text) as Record<string, object>;
    expect(all.project).toMatchObject({ projectId: 'acme-ops', numericProjectId: 700000000001 });
  });

  it.each([
    ['without its header', {}],
    ['to a page in a browser', { 'metadata-flavor': 'Google', origin: 'http://evil.example' }],
    ['through a proxy', { 'metadata-flavor': 'Google', 'x-forwarded-for': '10.0.0.1' }],
  ])('refuses %s', async (_title, headers) => {
    expect((await get(`${account}/token`, headers)).status).toBe(403);
  });

  it.each(['project/nothing', `instance/service-accounts/${relay}/token`])(
    'has no %s',
    async (path) => {
      expect((await get(path)).status).toBe(404);
    },
  );

  it('gives a token that is the account, the same until it is about to expire', async () => {
    const [first, second] = [await get(`${account}/token`), await get(`${account}/token`)];
    const token = JSON.parse(first.text) as Record<string, unknown>;
    expect(token).toMatchObject({
      token_type: 'Bearer',
      access_token: expect.stringMatching(/^ya29\./),
    });
    expect(token.expires_in).toBeGreaterThan(3590);
    expect(JSON.parse(second.text)).toMatchObject({ access_token: token.access_token });
    const { status } = await cloud.call(
      undefined,
      'POST',
      `/v1/projects/-/serviceAccounts/${relay}:generateAccessToken`,
      { scope: ['openid'] },
      { authorization: `Bearer ${String(token.access_token)}` },
    );
    expect(status).toBe(200);
  });

  it('gives tokens that live by the clock on the wall, not by the local one', async () => {
    const { access_token } = JSON.parse((await get(`${account}/token`)).text) as {
      access_token: string;
    };
    cloud.state.advance(86_400);
    const info = await cloud.call(undefined, 'GET', `/tokeninfo?access_token=${access_token}`);
    cloud.state.advance(-86_400);
    expect(info.status).toBe(200);
  });

  it('asks for an audience before it gives an ID token', async () => {
    expect((await get(`${account}/identity`)).status).toBe(400);
  });

  it('gives an ID token that google-auth-library verifies', async () => {
    const { text } = await get(`${account}/identity?audience=https://a.example&format=full`);
    const client = new OAuth2Client({
      endpoints: { oauth2FederatedSignonPemCertsUrl: `${cloud.url}/oauth2/v1/certs` },
    });
    const ticket = await client.verifyIdToken({ idToken: text, audience: 'https://a.example' });
    expect(ticket.getPayload()).toMatchObject({ email: minter, email_verified: true });
  });

  it('is what google-auth-library takes for Google', async () => {
    const env = { ...process.env };
    Object.assign(process.env, {
      GCE_METADATA_HOST: host,
      METADATA_SERVER_DETECTION: 'assume-present',
    });
    delete process.env.GOOGLE_APPLICATION_CREDENTIALS;
    try {
      const auth = new GoogleAuth({ scopes: ['https://www.googleapis.com/auth/cloud-platform'] });
      expect(await auth.getProjectId()).toBe('acme-ops');
      expect((await auth.getCredentials()).client_email).toBe(minter);
      const client = await auth.getClient();
      const answer = await client.request<{ expireTime: string }>({
        url: `${cloud.url}/v1/projects/-/serviceAccounts/${relay}:generateAccessToken`,
        method: 'POST',
        data: { scope: ['openid'] },
      });
      expect(answer.data.expireTime).toBe('2026-11-22T13:00:00Z');
    } finally {
      process.env = env;
    }
  });
});
