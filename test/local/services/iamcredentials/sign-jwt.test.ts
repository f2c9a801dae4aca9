import { createRemoteJWKSet, importX509, jwtVerify } from 'jose';
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
    const x509 = await cloud.call(undefined, 'GET', `/service_accounts/v1/metadata/x509/${target}`);
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
