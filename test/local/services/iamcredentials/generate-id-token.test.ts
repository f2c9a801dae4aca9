import {
  createLocalJWKSet,
  createRemoteJWKSet,
  importX509,
  type JWTPayload,
  jwtVerify,
} from 'jose';
import {
  type Acme,
  minter,
  NOW,
  openAcme,
  refusalOf,
  relay,
  target,
  targetId,
  vault,
} from '../../chain-cloud.ts';

const path = (name: string) => `/v1/projects/-/serviceAccounts/${name}:generateIdToken`;
const audience = 'https://partner.example.com';
const nowSeconds = NOW.getTime() / 1000;

describe('generateIdToken', () => {
  let cloud: Acme;
  beforeAll(async () => {
    cloud = await openAcme();
  });
  afterAll(() => cloud.close());

  const mint = (body: object) =>
    cloud.call(minter, 'POST', path(target), { audience, delegates: [relay, vault], ...body });
  /** Checked by another library, against the published keys. */
  const claimsOf = async (body: object): Promise<JWTPayload> => {
    const { body: minted } = await mint(body);
    const keys = createRemoteJWKSet(new URL(`${cloud.url}/oauth2/v3/certs`));
    const { payload } = await jwtVerify(String(minted.token), keys, {
      algorithms: ['RS256'],
      currentDate: NOW,
    });
    return payload;
  };

  it("is signed with Google's key for the target, for an hour", async () => {
    expect(await claimsOf({})).toEqual({
      iss: 'https://accounts.google.com',
      aud: audience,
      azp: targetId,
      sub: targetId,
      iat: nowSeconds,
      exp: nowSeconds + 3600,
    });
  });

  it('tells the email when asked to', async () => {
    expect(await claimsOf({ includeEmail: true })).toMatchObject({
      email: target,
      email_verified: true,
    });
  });

  it('tells the organization when asked to', async () => {
    expect(await claimsOf({ organizationNumberIncluded: true })).toMatchObject({
      google: { organization_number: 900000000001 },
    });
  });

  it('verifies against the certificates too', async () => {
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

  const refused: [title: string, expected: string, body: object][] = [
    ['without an audience', '400 INVALID_ARGUMENT', { audience: '' }],
    [
      'to who lacks the last hop',
      '403 PERMISSION_DENIED iam.serviceAccounts.getOpenIdToken',
      { delegates: [relay] },
    ],
    [
      'to who lacks a hop between',
      '403 PERMISSION_DENIED iam.serviceAccounts.implicitDelegation',
      { delegates: [vault] },
    ],
  ];
  it.each(refused)('is not given %s', async (_title, expected, body) => {
    expect(refusalOf(await mint(body))).toBe(expected);
  });

  it('is not given to who has no token', async () => {
    const answer = await cloud.call(undefined, 'POST', path(target), { audience });
    expect(refusalOf(answer)).toBe('401 UNAUTHENTICATED CREDENTIALS_MISSING');
  });

  describe('at tokeninfo', () => {
    const info = (token: unknown) =>
      cloud.call(undefined, 'GET', `/tokeninfo?id_token=${String(token)}`);

    it('is told claim by claim, as strings', async () => {
      const { body } = await mint({ includeEmail: true });
      expect((await info(body.token)).body).toMatchObject({
        aud: audience,
        email_verified: 'true',
        exp: String(nowSeconds + 3600),
      });
    });

    it('is invalid when one letter of its signature differs', async () => {
      const { body } = await mint({});
      const [header, claims, signature = ''] = String(body.token).split('.');
      const other = signature.startsWith('A') ? 'B' : 'A';
      const answer = await info(`${header}.${claims}.${other}${signature.slice(1)}`);
      expect(answer.status).toBe(400);
    });
  });
});
