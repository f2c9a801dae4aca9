import { createPublicKey, verify } from 'node:crypto';
import { createRemoteJWKSet, importX509, jwtVerify } from 'jose';
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

const path = (name: string, method: string) => `/v1/projects/-/serviceAccounts/${name}:${method}`;
const nowSeconds = NOW.getTime() / 1000;
const delegates = [relay, vault];

describe('signJwt', () => {
  let cloud: Acme;
  beforeAll(async () => {
    cloud = await openAcme();
  });
  afterAll(() => cloud.close());

  const sign = (payload: unknown, more: object = {}) =>
    cloud.call(minter, 'POST', path(target, 'signJwt'), { payload, delegates, ...more });

  it.each([target, targetId])('signs with a key that is published for %s', async (name) => {
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

  it('verifies against the certificate of its key', async () => {
    const { body } = await sign('{}');
    const x509 = await cloud.call(undefined, 'GET', `/service_accounts/v1/metadata/x509/${target}`);
    const key = await importX509(String(x509.body[String(body.keyId)]), 'RS256');
    await expect(jwtVerify(String(body.signedJwt), key)).resolves.toBeDefined();
  });

  it("does not verify against Google's keys", async () => {
    const { body } = await sign('{}');
    const keys = createRemoteJWKSet(new URL(`${cloud.url}/oauth2/v3/certs`));
    await expect(jwtVerify(String(body.signedJwt), keys)).rejects.toThrow('no applicable key');
  });

  const payloads: [title: string, status: number, payload: unknown][] = [
    ['an object without exp', 200, '{"a":1}'],
    ['an object with a newline after it, as gcloud sends a file', 200, '{"a":1}\n'],
    ['exp twelve hours ahead', 200, JSON.stringify({ exp: nowSeconds + 43_200 })],
    ['exp a second more', 400, JSON.stringify({ exp: nowSeconds + 43_201 })],
    ['exp in the past', 400, JSON.stringify({ exp: nowSeconds - 1 })],
    ['exp with a fraction', 400, JSON.stringify({ exp: nowSeconds + 0.5 })],
    ['exp as a string', 400, JSON.stringify({ exp: String(nowSeconds + 60) })],
    ['no JSON', 400, 'claims'],
    ['an array', 400, '[]'],
    ['null', 400, 'null'],
    ['an object that is not serialized', 400, { a: 1 }],
    ['nothing', 400, undefined],
  ];
  it.each(payloads)('answers %s with %i', async (_title, status, payload) => {
    expect((await sign(payload)).status).toBe(status);
  });

  it('is refused to who lacks the last hop', async () => {
    expect(refusalOf(await sign('{}', { delegates: [relay] }))).toBe(
      '403 PERMISSION_DENIED iam.serviceAccounts.signJwt',
    );
  });
});

describe('signBlob', () => {
  let cloud: Acme;
  beforeAll(async () => {
    cloud = await openAcme();
  });
  afterAll(() => cloud.close());

  const sign = (payload: unknown, more: object = {}) =>
    cloud.call(minter, 'POST', path(target, 'signBlob'), { payload, delegates, ...more });

  it('signs the exact bytes, by RSA-SHA256 with the key that is published under its ID', async () => {
    const bytes = Buffer.from([0, 255, 10, 13, 128]);
    const { body } = await sign(bytes.toString('base64'));
    const { body: jwks } = await cloud.call(
      undefined,
      'GET',
      `/service_accounts/v1/metadata/jwk/${target}`,
    );
    const [jwk] = jwks.keys as { kid: string }[];
    expect(jwk?.kid).toBe(body.keyId);
    const key = createPublicKey({ key: { ...jwk }, format: 'jwk' });
    const signature = Buffer.from(String(body.signedBlob), 'base64');
    expect(verify('RSA-SHA256', bytes, key, signature)).toBe(true);
    expect(verify('RSA-SHA256', bytes.subarray(1), key, signature)).toBe(false);
  });

  it('shows the same key in its raw form', async () => {
    const { body } = await cloud.call(
      undefined,
      'GET',
      `/service_accounts/v1/metadata/raw/${target}`,
    );
    const { body: signed } = await sign('AA==');
    expect(body).toEqual({
      keyvalues: [
        { keyid: signed.keyId, algorithm: 'RSA', exponent: 'AQAB', modulus: expect.any(String) },
      ],
    });
  });

  it('refuses what is not base64', async () => {
    expect((await sign('%%')).status).toBe(400);
  });

  it('is refused to who lacks the last hop', async () => {
    expect(refusalOf(await sign('AA==', { delegates: [relay] }))).toBe(
      '403 PERMISSION_DENIED iam.serviceAccounts.signBlob',
    );
  });

  it('publishes no key for an account that is not there, nor in another form', async () => {
    const get = async (path: string) =>
      (await cloud.call(undefined, 'GET', `/service_accounts/v1/metadata/${path}`)).status;
    expect(await get('jwk/nobody@acme-ops.iam.gserviceaccount.com')).toBe(404);
    expect(await get(`pem/${target}`)).toBe(404);
  });
});
