import { createPublicKey, verify } from 'node:crypto';
import {
  type ChainCloud,
  minter,
  openChainCloud,
  outcomeOf,
  relay,
  target,
  vault,
} from '../../chain-cloud.ts';

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
