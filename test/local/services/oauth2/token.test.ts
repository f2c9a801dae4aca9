import { importPKCS8, SignJWT } from 'jose';
import { type ChainCloud, minter, NOW, OPS, openChainCloud, relay } from '../../chain-cloud.ts';

describe('Token:', () => {
  const HOLDER = 'user:keys@acme.com';
  const KEYS = `/v1/projects/acme-ops/serviceAccounts/${relay}/keys`;
  const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
  const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

  type KeyFile = {
    readonly private_key: string;
    readonly private_key_id: string;
    readonly client_email: string;
    readonly token_uri: string;
  };

  let cloud: ChainCloud;
  let name: string;
  let file: KeyFile;
  beforeAll(async () => {
    cloud = await openChainCloud();
    const role = 'projects/acme-ops/roles/keys';
    const verbs = ['create', 'get', 'enable', 'disable', 'delete'];
    await cloud.seed({
      roles: [{ name: role, includedPermissions: verbs.map((v) => `iam.serviceAccountKeys.${v}`) }],
      accounts: [{ email: relay, policy: { bindings: [{ role, members: [HOLDER] }] } }],
    });
    const { body } = await cloud.call(HOLDER, 'POST', KEYS, {});
    name = String(body.name);
    file = JSON.parse(Buffer.from(String(body.privateKeyData), 'base64').toString()) as KeyFile;
  });
  afterAll(() => cloud.close());

  async function exchange(
    claims: object = { scope: SCOPE },
    changes: { aud?: string; iss?: string; ageSeconds?: number; lifetimeSeconds?: number } = {},
  ): Promise<Record<string, unknown>> {
    const iat = Math.floor(cloud.state.now().getTime() / 1000) - (changes.ageSeconds ?? 0);
    const assertion = await new SignJWT({ ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: file.private_key_id })
      .setIssuer(changes.iss ?? file.client_email)
      .setAudience(changes.aud ?? file.token_uri)
      .setIssuedAt(iat)
      .setExpirationTime(iat + (changes.lifetimeSeconds ?? 3600))
      .sign(await importPKCS8(file.private_key, 'RS256'));
    const response = await fetch(file.token_uri, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: JWT_BEARER, assertion }),
    });
    return (await response.json()) as Record<string, unknown>;
  }

  describe('A new key', () => {
    it('names the account, and the token endpoint of the local cloud', () => {
      expect(file).toMatchObject({
        type: 'service_account',
        project_id: 'acme-ops',
        client_email: relay,
        token_uri: `${cloud.url}/token`,
      });
    });

    it('is readable later without its private part', async () => {
      const { body } = await cloud.call(HOLDER, 'GET', `/v1/${name}`);
      expect(body).toMatchObject({
        keyType: 'USER_MANAGED',
        validAfterTime: '2026-11-22T12:00:00Z',
      });
      expect(JSON.stringify(body)).not.toMatch(/private/i);
      expect(JSON.stringify(cloud.state.log)).not.toContain('PRIVATE KEY');
    });

    it('is refused to a caller without the permission', async () => {
      expect((await cloud.call('user:eve@acme.com', 'POST', KEYS, {})).status).toBe(403);
    });

    it('is refused when the account has ten', async () => {
      const account = [...cloud.state.accounts.values()].find(({ email }) => email === relay);
      const keys = account?.keys ?? [];
      if (account) account.keys = Array.from({ length: 10 }, (_, i) => ({ id: `a${i}` }));
      const { status, body } = await cloud.call(HOLDER, 'POST', KEYS, {});
      if (account) account.keys = keys;
      expect({ status, body }).toMatchObject({
        status: 400,
        body: { error: { status: 'FAILED_PRECONDITION' } },
      });
    });
  });

  describe('A JWT that is signed with a key', () => {
    it('is exchanged for an access token of the account', async () => {
      const { access_token: token, token_type: type } = await exchange();
      expect(type).toBe('Bearer');
      const response = await fetch(`${cloud.url}/tokeninfo?access_token=${token}`);
      expect(await response.json()).toMatchObject({ azp: '100000000000000000002', scope: SCOPE });
    });

    it('is exchanged for an ID token, if it names a target audience', async () => {
      const { id_token: token } = await exchange({ target_audience: 'https://status.acme.com' });
      const [, payload = ''] = String(token).split('.');
      expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({
        aud: 'https://status.acme.com',
        email: relay,
      });
    });

    it.each([
      {
        title: 'it is signed for another account',
        changes: { iss: `minter@${OPS}` },
        error: 'invalid_grant',
      },
      {
        title: 'no such account exists',
        changes: { iss: `ghost@${OPS}` },
        error: 'invalid_grant',
      },
      {
        title: 'its audience is another endpoint',
        changes: { aud: 'https://evil.example.com/token' },
        error: 'invalid_grant',
      },
      { title: 'it is two hours old', changes: { ageSeconds: 7200 }, error: 'invalid_grant' },
      { title: 'it lives for a day', changes: { lifetimeSeconds: 86_400 }, error: 'invalid_grant' },
      { title: 'it has no scope', claims: {}, error: 'invalid_scope' },
    ])('is refused if $title', async ({ claims, changes, error }) => {
      expect(await exchange(claims, changes)).toMatchObject({ error });
    });

    it('is refused while the key is disabled, and after it is deleted', async () => {
      const act = async (method: string, verb = '') =>
        (await cloud.call(HOLDER, method, `/v1/${name}${verb}`)).status;
      expect(await act('POST', ':disable')).toBe(200);
      expect(await exchange()).toMatchObject({ error: 'invalid_grant' });
      expect(await act('POST', ':enable')).toBe(200);
      expect(await exchange()).toHaveProperty('access_token');
      expect(await act('DELETE')).toBe(200);
      expect(await exchange()).toMatchObject({ error: 'invalid_grant' });
    });
  });
});

const BIGQUERY = 'https://www.googleapis.com/auth/bigquery.readonly';
const EMAIL = 'https://www.googleapis.com/auth/userinfo.email';
const relayId = '100000000000000000002';

describe('tokeninfo', () => {
  let cloud: ChainCloud;
  beforeEach(async () => {
    cloud = await openChainCloud();
  });
  afterEach(() => cloud.close());

  const mint = async (scope: string[]) => {
    const path = `/v1/projects/-/serviceAccounts/${relay}:generateAccessToken`;
    const { body } = await cloud.call(minter, 'POST', path, { scope, lifetime: '600s' });
    return String(body.accessToken);
  };
  const info = (token: string) =>
    cloud.call(undefined, 'POST', '/tokeninfo', `access_token=${encodeURIComponent(token)}`, {
      'content-type': 'application/x-www-form-urlencoded',
    });

  it('shows the unique ID of the account, every value as a string, and no email', async () => {
    const { status, body } = await info(await mint([BIGQUERY]));
    expect(status).toBe(200);
    expect(body).toEqual({
      azp: relayId,
      aud: relayId,
      scope: BIGQUERY,
      exp: String(NOW.getTime() / 1000 + 600),
      expires_in: '600',
      access_type: 'online',
    });
  });

  it('shows the email when the token has an email scope', async () => {
    const { body } = await info(await mint([BIGQUERY, EMAIL]));
    expect(body).toMatchObject({
      scope: `${BIGQUERY} ${EMAIL}`,
      email: relay,
      email_verified: 'true',
    });
  });

  it('reads the token from the query too', async () => {
    const path = `/tokeninfo?access_token=${await mint([BIGQUERY])}`;
    const { body } = await cloud.call(undefined, 'GET', path);
    expect(body).toMatchObject({ azp: relayId });
  });

  it.each([
    { situation: 'that was never issued', tokenOf: async () => 'ya29.nope' },
    { situation: 'that is empty', tokenOf: async () => '' },
    {
      situation: 'that has expired',
      tokenOf: async () => {
        const token = await mint([BIGQUERY]);
        cloud.state.advance(600);
        return token;
      },
    },
    {
      situation: 'whose account was disabled later',
      tokenOf: async () => {
        const token = await mint([BIGQUERY]);
        await cloud.seed({ accounts: [{ email: relay, disabled: true }] });
        return token;
      },
    },
  ])('refuses a token $situation as invalid', async ({ tokenOf }) => {
    const { status, body } = await info(await tokenOf());
    expect(status).toBe(400);
    expect(body).toEqual({ error: 'invalid_token', error_description: 'Invalid Value' });
  });

  it('leaves no token in the request log', async () => {
    const token = await mint([BIGQUERY]);
    await cloud.call(undefined, 'GET', `/tokeninfo?access_token=${token}`);
    const { body } = await cloud.call(undefined, 'GET', '/_local/requests');
    expect(JSON.stringify(body)).not.toContain('ya29');
    expect(body.requests).toContainEqual(
      expect.objectContaining({ method: 'GET', path: '/tokeninfo', identity: 'anonymous' }),
    );
    expect(JSON.stringify(body)).toContain(`serviceAccount:minter@${OPS}`);
  });
});
