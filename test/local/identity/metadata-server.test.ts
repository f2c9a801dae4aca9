import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { GoogleAuth, OAuth2Client } from 'google-auth-library';
import { certificateOf } from '../../../local/identity/certificate.ts';
import { type ChainCloud, minter, OPS, openChainCloud, relay } from '../chain-cloud.ts';

describe('A metadata server', () => {
  let cloud: ChainCloud;
  let host: string;
  beforeAll(async () => {
    cloud = await openChainCloud();
    const { body } = await cloud.call(undefined, 'POST', '/_local/metadata', { account: minter });
    host = String(body.host);
  });
  afterAll(() => cloud.close());

  const get = async (
    path: string,
    headers: Record<string, string> = { 'metadata-flavor': 'Google' },
  ) => {
    const response = await fetch(`http://${host}/computeMetadata/v1/${path}`, { headers });
    return {
      status: response.status,
      text: await response.text(),
      flavor: response.headers.get('metadata-flavor'),
    };
  };
  const account = 'instance/service-accounts/default';

  it('has its own loopback port, and one account always gets the same port', async () => {
    const again = await cloud.call(undefined, 'POST', '/_local/metadata', { account: minter });
    const other = await cloud.call(undefined, 'POST', '/_local/metadata', { account: relay });
    expect(host).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(again.body.host).toBe(host);
    expect(other.body.host).not.toBe(host);
  });

  it('does not start for an unknown account', async () => {
    const nobody = { account: `nobody@${OPS}` };
    expect((await cloud.call(undefined, 'POST', '/_local/metadata', nobody)).status).toBe(404);
  });

  it.each([
    { path: `${account}/email`, text: minter },
    { path: `instance/service-accounts/${minter}/email`, text: minter },
    { path: 'instance/service-accounts/', text: `default/\n${minter}/\n` },
    {
      path: `${account}/scopes`,
      text: 'https://www.googleapis.com/auth/cloud-platform\nhttps://www.googleapis.com/auth/userinfo.email\nopenid\n',
    },
    { path: 'project/project-id', text: 'acme-ops' },
    { path: 'project/numeric-project-id', text: '700000000001' },
    { path: 'project/project-id?alt=json', text: '"acme-ops"' },
    { path: 'project/numeric-project-id?alt=json', text: '700000000001' },
    { path: 'universe/universe-domain', text: 'googleapis.com' },
  ])('serves $path', async ({ path, text }) => {
    expect(await get(path)).toEqual({ status: 200, text, flavor: 'Google' });
  });

  it('serves a whole directory as JSON with `recursive=true`', async () => {
    const { text } = await get(`${account}/?recursive=true`);
    expect(JSON.parse(text)).toMatchObject({ email: minter, aliases: ['default'] });
    const all = JSON.parse((await get('?recursive=true')).text) as Record<string, object>;
    expect(all.project).toMatchObject({ projectId: 'acme-ops', numericProjectId: 700000000001 });
  });

  it.each([
    { situation: 'without the Metadata-Flavor header', headers: {} },
    {
      situation: 'from a web page',
      headers: { 'metadata-flavor': 'Google', origin: 'http://evil.example' },
    },
    {
      situation: 'through a proxy',
      headers: { 'metadata-flavor': 'Google', 'x-forwarded-for': '10.0.0.1' },
    },
  ])('refuses a request $situation', async ({ headers }) => {
    expect((await get(`${account}/token`, headers)).status).toBe(403);
  });

  it.each([
    { situation: 'an unknown path', path: 'project/nothing' },
    {
      situation: 'the token of another account',
      path: `instance/service-accounts/${relay}/token`,
    },
  ])('responds with 404 to $situation', async ({ path }) => {
    expect((await get(path)).status).toBe(404);
  });

  it('serves a token of the account, and the same token until shortly before its expiry', async () => {
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

  it("serves tokens that expire by the machine's clock and not by the local clock", async () => {
    const { access_token } = JSON.parse((await get(`${account}/token`)).text) as {
      access_token: string;
    };
    cloud.state.advance(86_400);
    const info = await cloud.call(undefined, 'GET', `/tokeninfo?access_token=${access_token}`);
    cloud.state.advance(-86_400);
    expect(info.status).toBe(200);
  });

  it('refuses an ID token without an audience', async () => {
    expect((await get(`${account}/identity`)).status).toBe(400);
  });

  it('serves an ID token that google-auth-library verifies', async () => {
    const { text } = await get(`${account}/identity?audience=https://a.example&format=full`);
    const client = new OAuth2Client({
      endpoints: { oauth2FederatedSignonPemCertsUrl: `${cloud.url}/oauth2/v1/certs` },
    });
    const ticket = await client.verifyIdToken({ idToken: text, audience: 'https://a.example' });
    expect(ticket.getPayload()).toMatchObject({ email: minter, email_verified: true });
  });

  it("is accepted by google-auth-library as Google's", async () => {
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
      const response = await client.request<{ expireTime: string }>({
        url: `${cloud.url}/v1/projects/-/serviceAccounts/${relay}:generateAccessToken`,
        method: 'POST',
        data: { scope: ['openid'] },
      });
      expect(response.data.expireTime).toBe('2026-11-22T13:00:00Z');
    } finally {
      process.env = env;
    }
  });
});

const NOW = new Date('2026-11-22T12:00:00Z');
const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });

describe('certificateOf', () => {
  // DER forbids leading zeros in an integer, and reads an integer with a leading one bit as negative.
  it.each(['0000', '0001', '0080', '0100', '7fff', '80ff', 'ffff'])(
    'makes a readable certificate for a key whose ID starts with %s',
    (start) => {
      const keyId = start.padEnd(40, 'ab');
      const certificate = new X509Certificate(certificateOf({ ...pair, keyId }, 'acme', NOW));
      expect(certificate.verify(pair.publicKey)).toBe(true);
      expect(certificate.subject).toBe('CN=acme');
      expect(BigInt(`0x${certificate.serialNumber}`)).toBeGreaterThan(0n);
    },
  );
});
