import { type ChainCloud, minter, NOW, OPS, openChainCloud, relay } from '../../chain-cloud.ts';

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
