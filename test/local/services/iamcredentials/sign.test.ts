import { createPublicKey, verify } from 'node:crypto';
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

describe('Generate id token:', () => {
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
});

const KEYS = '/service_accounts/v1/metadata';

describe('signBlob', () => {
  let cloud: ChainCloud;
  beforeAll(async () => {
    cloud = await openChainCloud();
  });
  afterAll(() => cloud.close());

  const sign = (payload: unknown, more: object = {}) =>
    cloud.call(minter, 'POST', `/v1/projects/-/serviceAccounts/${target}:signBlob`, {
      payload,
      delegates: [relay, vault],
      ...more,
    });

  it('signs the exact bytes, with RSA-SHA256 and the key that is published under its ID', async () => {
    const bytes = Buffer.from([0, 255, 10, 13, 128]);
    const { body } = await sign(bytes.toString('base64'));
    const { body: jwks } = await cloud.call(undefined, 'GET', `${KEYS}/jwk/${target}`);
    const [jwk] = jwks.keys as { kid: string }[];
    expect(jwk?.kid).toBe(body.keyId);
    const key = createPublicKey({ key: { ...jwk }, format: 'jwk' });
    const signature = Buffer.from(String(body.signedBlob), 'base64');
    expect(verify('RSA-SHA256', bytes, key, signature)).toBe(true);
    expect(verify('RSA-SHA256', bytes.subarray(1), key, signature)).toBe(false);
  });

  it('signs with the key that the raw format shows too', async () => {
    const { body } = await cloud.call(undefined, 'GET', `${KEYS}/raw/${target}`);
    const { body: signed } = await sign('AA==');
    expect(body).toEqual({
      keyvalues: [
        { keyid: signed.keyId, algorithm: 'RSA', exponent: 'AQAB', modulus: expect.any(String) },
      ],
    });
  });

  it('refuses a payload that is not base64', async () => {
    expect((await sign('%%')).status).toBe(400);
  });

  it('is refused when the last hop lacks its permission', async () => {
    expect(outcomeOf(await sign('AA==', { delegates: [relay] }))).toBe(
      '403 PERMISSION_DENIED iam.serviceAccounts.signBlob',
    );
  });

  it('has no published key for an unknown account, and none in an unknown format', async () => {
    const get = async (path: string) =>
      (await cloud.call(undefined, 'GET', `${KEYS}/${path}`)).status;
    expect(await get('jwk/nobody@acme-ops.iam.gserviceaccount.com')).toBe(404);
    expect(await get(`pem/${target}`)).toBe(404);
  });
});

describe('Sign jwt:', () => {
  const nowSeconds = NOW.getTime() / 1000;

  describe('signJwt', () => {
    let cloud: ChainCloud;
    beforeAll(async () => {
      cloud = await openChainCloud();
    });
    afterAll(() => cloud.close());

    const sign = (payload: unknown, more: object = {}) =>
      cloud.call(minter, 'POST', `/v1/projects/-/serviceAccounts/${target}:signJwt`, {
        payload,
        delegates: [relay, vault],
        ...more,
      });

    it.each([
      { situation: 'the email', name: target },
      { situation: 'the unique ID', name: targetId },
    ])('signs with a key that is published under $situation of the account', async ({ name }) => {
      const claims = {
        iss: target,
        sub: target,
        aud: 'https://firestore.googleapis.com/',
        exp: nowSeconds + 60,
      };
      const { body } = await sign(JSON.stringify(claims));
      const keys = createRemoteJWKSet(
        new URL(`${cloud.url}/service_accounts/v1/metadata/jwk/${name}`),
      );
      const verified = await jwtVerify(String(body.signedJwt), keys, { currentDate: NOW });
      expect(verified.payload).toEqual(claims);
      expect(verified.protectedHeader).toEqual({ alg: 'RS256', typ: 'JWT', kid: body.keyId });
    });

    it('makes a JWT that verifies against the certificate of its key', async () => {
      const { body } = await sign('{}');
      const x509 = await cloud.call(
        undefined,
        'GET',
        `/service_accounts/v1/metadata/x509/${target}`,
      );
      const key = await importX509(String(x509.body[String(body.keyId)]), 'RS256');
      await expect(jwtVerify(String(body.signedJwt), key)).resolves.toBeDefined();
    });

    it("makes a JWT that does not verify against Google's keys", async () => {
      const { body } = await sign('{}');
      const keys = createRemoteJWKSet(new URL(`${cloud.url}/oauth2/v3/certs`));
      await expect(jwtVerify(String(body.signedJwt), keys)).rejects.toThrow('no applicable key');
    });

    it.each<{ situation: string; status: number; payload: unknown }>([
      { situation: 'an object without exp', status: 200, payload: '{"a":1}' },
      {
        situation: 'an object and a line break, as gcloud sends a file',
        status: 200,
        payload: '{"a":1}\n',
      },
      {
        situation: 'exp twelve hours ahead',
        status: 200,
        payload: JSON.stringify({ exp: nowSeconds + 43_200 }),
      },
      {
        situation: 'exp twelve hours and one second ahead',
        status: 400,
        payload: JSON.stringify({ exp: nowSeconds + 43_201 }),
      },
      {
        situation: 'exp in the past',
        status: 400,
        payload: JSON.stringify({ exp: nowSeconds - 1 }),
      },
      {
        situation: 'exp with a fraction',
        status: 400,
        payload: JSON.stringify({ exp: nowSeconds + 0.5 }),
      },
      {
        situation: 'exp as a string',
        status: 400,
        payload: JSON.stringify({ exp: String(nowSeconds + 60) }),
      },
      { situation: 'text that is not JSON', status: 400, payload: 'claims' },
      { situation: 'an array', status: 400, payload: '[]' },
      { situation: 'null', status: 400, payload: 'null' },
      { situation: 'an object that is not serialized', status: 400, payload: { a: 1 } },
      { situation: 'no payload', status: 400, payload: undefined },
    ])('answers $situation with status $status', async ({ status, payload }) => {
      expect((await sign(payload)).status).toBe(status);
    });

    it('is refused when the last hop lacks its permission', async () => {
      expect(outcomeOf(await sign('{}', { delegates: [relay] }))).toBe(
        '403 PERMISSION_DENIED iam.serviceAccounts.signJwt',
      );
    });
  });
});
