import { createPublicKey, verify } from 'node:crypto';
import { Compute, GoogleAuth, Impersonated } from 'google-auth-library';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { type LocalProcess, openLocal } from '../local-process.ts';

const OPS = 'acme-ops.iam.gserviceaccount.com';
const minter = `minter@${OPS}`;
const minterId = '100000000000000000001';
const reader = 'reader@acme-data.iam.gserviceaccount.com';
const readerId = '100000000000000000004';
const delegates = [`relay@${OPS}`, `vault@${OPS}`];
const SCOPES = ['https://www.googleapis.com/auth/cloud-platform'];

let local: LocalProcess;
let auth: GoogleAuth;
beforeAll(async () => {
  local = await openLocal();
  const { host } = (await local.control('POST', 'metadata', { account: minter })) as {
    host: string;
  };
  // Application default credentials come from a metadata server, as on Cloud Run.
  process.env.GCE_METADATA_HOST = host;
  process.env.METADATA_SERVER_DETECTION = 'assume-present';
  auth = new GoogleAuth({ scopes: SCOPES });
});
afterAll(() => local.close());

/** The unique ID of the token's account. */
const accountIdOf = async (accessToken: string | null | undefined) => {
  const body = new URLSearchParams({ access_token: accessToken ?? '' });
  const response = await fetch(`${local.url}/tokeninfo`, { method: 'POST', body });
  return ((await response.json()) as { azp?: string }).azp;
};
const idTokenOf = (token: string, audience: string) =>
  jwtVerify(token, createRemoteJWKSet(new URL(`${local.url}/oauth2/v3/certs`)), {
    issuer: 'https://accounts.google.com',
    audience,
  });
const isSignedBy = async (account: string, text: string, signature: string) => {
  const response = await fetch(`${local.url}/service_accounts/v1/metadata/jwk/${account}`);
  const { keys } = (await response.json()) as { keys: object[] };
  return keys.some((key) =>
    verify(
      'RSA-SHA256',
      Buffer.from(text),
      createPublicKey({ key: { ...key }, format: 'jwk' }),
      Buffer.from(signature, 'base64'),
    ),
  );
};

describe('Application default credentials', () => {
  it('give the account, the project and the token of the metadata server', async () => {
    const client = await auth.getClient();
    expect(client).toBeInstanceOf(Compute);
    expect(await auth.getProjectId()).toBe('acme-ops');
    expect((await auth.getCredentials()).client_email).toBe(minter);
    expect(await accountIdOf(await auth.getAccessToken())).toBe(minterId);
  });

  it('give a valid ID token of the account', async () => {
    const client = await auth.getIdTokenClient('https://a.example');
    const headers = await client.getRequestHeaders();
    const token = headers.get('authorization')?.replace('Bearer ', '') ?? '';
    const { payload } = await idTokenOf(token, 'https://a.example');
    expect(payload).toMatchObject({ sub: minterId, email: minter });
  });

  it('sign as the account once it may sign as itself', async () => {
    const endpoint = `${local.url}/v1/projects/-/serviceAccounts/`;
    await expect(auth.sign('release 42', endpoint)).rejects.toThrow(
      "Permission 'iam.serviceAccounts.signBlob' denied on resource",
    );
    const members = [`serviceAccount:${minter}`];
    const bindings = [{ role: 'roles/iam.serviceAccountTokenCreator', members }];
    await local.control('POST', 'seed', { accounts: [{ email: minter, policy: { bindings } }] });
    const signature = await auth.sign('release 42', endpoint);
    expect(await isSignedBy(minter, 'release 42', signature)).toBe(true);
  });

  it('are denied where the account has no role, and the error names the permission', async () => {
    const client = await auth.getClient();
    const url = `${local.url}/v1/projects/acme-ops/secrets`;
    await expect(client.request({ url })).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining("'secretmanager.secrets.list' denied"),
    });
  });
});

describe('An Impersonated client over application default credentials', () => {
  const through = async (delegates: string[]) =>
    new Impersonated({
      sourceClient: await auth.getClient(),
      targetPrincipal: reader,
      delegates,
      targetScopes: SCOPES,
      lifetime: 600,
      endpoint: local.url,
    });

  it('gets an access token of the target', async () => {
    const { token } = await (await through(delegates)).getAccessToken();
    expect(await accountIdOf(token)).toBe(readerId);
  });

  it('gets a valid ID token of the target', async () => {
    const client = await through(delegates);
    const token = await client.fetchIdToken('https://b.example', { includeEmail: true });
    const { payload } = await idTokenOf(token, 'https://b.example');
    expect(payload).toMatchObject({ sub: readerId, email: reader });
  });

  it('signs as the target', async () => {
    const { signedBlob } = await (await through(delegates)).sign('release 42');
    expect(await isSignedBy(reader, 'release 42', signedBlob)).toBe(true);
  });

  it.each([
    { mistake: 'delegates in the wrong order', path: delegates.toReversed() },
    { mistake: 'a missing delegate', path: delegates.slice(1) },
    { mistake: 'no delegate', path: [] },
  ])('is denied a token with $mistake', async ({ path }) => {
    await expect((await through(path)).getAccessToken()).rejects.toThrow(
      /Permission 'iam\.serviceAccounts\.(implicitDelegation|getAccessToken)' denied/,
    );
  });
});
