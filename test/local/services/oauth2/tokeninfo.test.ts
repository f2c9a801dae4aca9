import { type Acme, minter, NOW, OPS, openAcme, relay } from '../../chain-cloud.ts';

const BIGQUERY = 'https://www.googleapis.com/auth/bigquery.readonly';
const EMAIL = 'https://www.googleapis.com/auth/userinfo.email';
const relayId = '100000000000000000002';
const INVALID = { error: 'invalid_token', error_description: 'Invalid Value' };

describe('tokeninfo', () => {
  let cloud: Acme;
  beforeEach(async () => {
    cloud = await openAcme();
  });
  afterEach(() => cloud.close());

  const mint = async (scope: string[], name = relay) => {
    const path = `/v1/projects/-/serviceAccounts/${name}:generateAccessToken`;
    const { body } = await cloud.call(minter, 'POST', path, { scope, lifetime: '600s' });
    return String(body.accessToken);
  };
  const info = (token: string) =>
    cloud.call(undefined, 'POST', '/tokeninfo', `access_token=${encodeURIComponent(token)}`, {
      'content-type': 'application/x-www-form-urlencoded',
    });

  it('tells by unique ID whose token it is, with every value a string, and no email', async () => {
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

  it('tells the email of a token that has an email scope', async () => {
    const { body } = await info(await mint([BIGQUERY, EMAIL]));
    expect(body).toMatchObject({
      scope: `${BIGQUERY} ${EMAIL}`,
      email: relay,
      email_verified: 'true',
    });
  });

  it('takes the token in a query too', async () => {
    const { body } = await cloud.call(
      undefined,
      'GET',
      `/tokeninfo?access_token=${await mint([BIGQUERY])}`,
    );
    expect(body).toMatchObject({ azp: relayId });
  });

  it.each([
    ['nobody issued', async () => 'ya29.nope'],
    ['is empty', async () => ''],
    [
      'has expired',
      async () => {
        const token = await mint([BIGQUERY]);
        cloud.state.advance(600);
        return token;
      },
    ],
    [
      'belongs to an account that was disabled since',
      async () => {
        const token = await mint([BIGQUERY]);
        const accounts = [{ email: relay, disabled: true }];
        await cloud.call(undefined, 'POST', '/_local/seed', { accounts });
        return token;
      },
    ],
  ])('knows nothing of a token that %s', async (_title, token) => {
    const { status, body } = await info(await token());
    expect(status).toBe(400);
    expect(body).toEqual(INVALID);
  });

  it('is never seen with a token in the log of requests', async () => {
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
