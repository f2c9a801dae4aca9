import {
  createLocalJWKSet,
  createRemoteJWKSet,
  importX509,
  type JWTPayload,
  jwtVerify,
} from 'jose';
import {
  type ChainCloud,
  minter,
  NOW,
  openChainCloud,
  outcomeOf,
  relay,
  target,
  targetId,
  vault,
} from '../../chain-cloud.ts';

const path = (name: string) => `/v1/projects/-/serviceAccounts/${name}:generateIdToken`;
const audience = 'https://partner.example.com';
const nowSeconds = NOW.getTime() / 1000;

describe('An ID token of generateIdToken', () => {
  let cloud: ChainCloud;
  beforeAll(async () => {
    cloud = await openChainCloud();
  });
  afterAll(() => cloud.close());

  const mint = (body: object) =>
    cloud.call(minter, 'POST', path(target), { audience, delegates: [relay, vault], ...body });
  /** The claims, after another library has verified the token against the published keys. */
  const claimsOf = async (body: object): Promise<JWTPayload> => {
    const { body: minted } = await mint(body);
    const keys = createRemoteJWKSet(new URL(`${cloud.url}/oauth2/v3/certs`));
    const { payload } = await jwtVerify(String(minted.token), keys, {
      algorithms: ['RS256'],
      currentDate: NOW,
    });
    return payload;
  };

  it("is signed with Google's key for the target and is valid for an hour", async () => {
    expect(await claimsOf({})).toEqual({
      iss: 'https://accounts.google.com',
      aud: audience,
      azp: targetId,
      sub: targetId,
      iat: nowSeconds,
      exp: nowSeconds + 3600,
    });
  });

  it('contains the email when the request asks for it', async () => {
    expect(await claimsOf({ includeEmail: true })).toMatchObject({
      email: target,
      email_verified: true,
    });
  });

  it('contains the organization number when the request asks for it', async () => {
    expect(await claimsOf({ organizationNumberIncluded: true })).toMatchObject({
      google: { organization_number: 900000000001 },
    });
  });

  it('verifies against the published certificates too', async () => {
    const { body } = await mint({});
    const { body: certificates } = await cloud.call(undefined, 'GET', '/oauth2/v1/certs');
    const [[kid, pem] = []] = Object.entries(certificates);
    const key = await importX509(String(pem), 'RS256');
    const { protectedHeader } = await jwtVerify(String(body.token), key, { currentDate: NOW });
    expect(protectedHeader).toMatchObject({ alg: 'RS256', kid });
  });

  it('does not verify against the keys of the account', async () => {
    const { body } = await mint({});
    const jwk = await cloud.call(undefined, 'GET', `/service_accounts/v1/metadata/jwk/${target}`);
    const keys = createLocalJWKSet(jwk.body as never);
    await expect(jwtVerify(String(body.token), keys, { currentDate: NOW })).rejects.toThrow(
      'no applicable key found',
    );
  });

  it.each([
    {
      situation: 'without an audience',
      outcome: '400 INVALID_ARGUMENT',
      body: { audience: '' },
    },
    {
      situation: 'when the last hop lacks its permission',
      outcome: '403 PERMISSION_DENIED iam.serviceAccounts.getOpenIdToken',
      body: { delegates: [relay] },
    },
    {
      situation: 'when a middle hop lacks its permission',
      outcome: '403 PERMISSION_DENIED iam.serviceAccounts.implicitDelegation',
      body: { delegates: [vault] },
    },
  ])('is refused $situation', async ({ outcome, body }) => {
    expect(outcomeOf(await mint(body))).toBe(outcome);
  });

  it('is refused to a caller without a token', async () => {
    const response = await cloud.call(undefined, 'POST', path(target), { audience });
    expect(outcomeOf(response)).toBe('401 UNAUTHENTICATED CREDENTIALS_MISSING');
  });

  describe('at tokeninfo', () => {
    const info = (token: unknown) =>
      cloud.call(undefined, 'GET', `/tokeninfo?id_token=${String(token)}`);

    it('is shown claim by claim, as strings', async () => {
      const { body } = await mint({ includeEmail: true });
      expect((await info(body.token)).body).toMatchObject({
        aud: audience,
        email_verified: 'true',
        exp: String(nowSeconds + 3600),
      });
    });

    it('is invalid when one letter of its signature is changed', async () => {
      const { body } = await mint({});
      const [header, claims, signature = ''] = String(body.token).split('.');
      const other = signature.startsWith('A') ? 'B' : 'A';
      const response = await info(`${header}.${claims}.${other}${signature.slice(1)}`);
      expect(response.status).toBe(400);
    });
  });
});
