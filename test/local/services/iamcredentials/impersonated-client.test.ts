import { createPublicKey, verify } from 'node:crypto';
import { Impersonated, OAuth2Client } from 'google-auth-library';
import {
  type ChainCloud,
  minter,
  openChainCloud,
  relay,
  target,
  targetId,
  vault,
} from '../../chain-cloud.ts';

describe('The Impersonated client of google-auth-library', () => {
  let cloud: ChainCloud;
  let client: Impersonated;
  beforeAll(async () => {
    cloud = await openChainCloud();
    const sourceClient = new OAuth2Client();
    sourceClient.setCredentials({ access_token: await cloud.tokenOf(minter) });
    client = new Impersonated({
      sourceClient,
      targetPrincipal: target,
      delegates: [relay, vault],
      targetScopes: ['https://www.googleapis.com/auth/cloud-platform'],
      lifetime: 600,
      endpoint: cloud.url,
    });
  });
  afterAll(() => cloud.close());

  it('gets an access token of the target', async () => {
    const { token } = await client.getAccessToken();
    expect(cloud.state.tokens.get(token ?? '')?.member).toBe(`serviceAccount:${target}`);
  });

  it('gets an ID token with the email in `azp` and `email`', async () => {
    const token = await client.fetchIdToken('https://a.example', { includeEmail: true });
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    expect(claims).toMatchObject({ sub: targetId, azp: target, email: target });
  });

  it('gets a signature that the published key verifies', async () => {
    const signed = await client.sign('release 42');
    const { body } = await cloud.call(
      undefined,
      'GET',
      `/service_accounts/v1/metadata/jwk/${target}`,
    );
    const [jwk] = body.keys as object[];
    const key = createPublicKey({ key: { ...jwk }, format: 'jwk' });
    const signature = Buffer.from(signed.signedBlob, 'base64');
    expect(verify('RSA-SHA256', Buffer.from('release 42'), key, signature)).toBe(true);
  });
});
