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
  // As on Cloud Run, but for the address.
  process.env.GCE_METADATA_HOST = host;
  process.env.METADATA_SERVER_DETECTION = 'assume-present';
  auth = new GoogleAuth({ scopes: SCOPES });
});
afterAll(() => local.close());

/** The unique ID of the account that has the token. */
const holderOf = async (accessToken: string | null | undefined) => {
  const body = new URLSearchParams({ access_token: accessToken ?? '' });
  const answer = await fetch(`${local.url}/tokeninfo`, { method: 'POST', body });
  return ((await answer.json()) as { azp?: string }).azp;
};
const idTokenOf = (token: string, audience: string) =>
  jwtVerify(token, createRemoteJWKSet(new URL(`${local.url}/oauth2/v3/certs`)), {
    issuer: 'https://accounts.google.com',
    audience,
  });
const isSignedBy = async (account: string, text: string, signature: string) => {
  const answer = await fetch(`${local.url}/service_accounts/v1/metadata/jwk/${account}`);
  const { keys } = (await answer.json()) as { keys: object[] };
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
  it('are those of the metadata server: account, project, token', async () => {
    const client = await auth.getClient();
    expect(client).toBeInstanceOf(Compute);
    expect(await auth.getProjectId()).toBe('acme-ops');
    expect((await auth.getCredentials()).client_email).toBe(minter);
    expect(await holderOf(await auth.getAccessToken())).toBe(minterId);
  });

  it('give an ID token of the account that verifies', async () => {
    const client = await auth.getIdTokenClient('https://a.example');
    const headers = await client.getRequestHeaders();
    const token = headers.get('authorization')?.replace('Bearer ', '') ?? '';
    const { payload } = await idTokenOf(token, 'https://a.example');
    expect(payload).toMatchObject({ sub: minterId, email: minter });
  });

  it('sign as the account, where it may sign as itself', async () => {
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

  it('are refused where the account holds nothing, with the permission in the error', async () => {
    const client = await auth.getClient();
    const url = `${local.url}/v1/projects/acme-ops/secrets`;
    await expect(client.request({ url })).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining("'secretmanager.secrets.list' denied"),
    });
  });
});

describe('An Impersonated client over application default credentials', () => {
  const through = async (path: string[]) =>
    new Impersonated({
      sourceClient: await auth.getClient(),
      targetPrincipal: reader,
      delegates: path,
      targetScopes: SCOPES,
      lifetime: 600,
      endpoint: local.url,
    });

  it('gets an access token of the target', async () => {
    const { token } = await (await through(delegates)).getAccessToken();
    expect(await holderOf(token)).toBe(readerId);
  });

  it('gets an ID token of the target that verifies', async () => {
    const client = await through(delegates);
    const token = await client.fetchIdToken('https://b.example', { includeEmail: true });
    const { payload } = await idTokenOf(token, 'https://b.example');
    expect(payload).toMatchObject({ sub: readerId, email: reader });
  });

  it('has the target sign', async () => {
    const { signedBlob } = await (await through(delegates)).sign('release 42');
    expect(await isSignedBy(reader, 'release 42', signedBlob)).toBe(true);
  });

  it.each([
    ['delegates in the wrong order', delegates.toReversed()],
    ['a delegate left out', delegates.slice(1)],
    ['no delegate', []],
  ])('is refused with %s', async (_title, path) => {
    await expect((await through(path)).getAccessToken()).rejects.toThrow(
      /Permission 'iam\.serviceAccounts\.(implicitDelegation|getAccessToken)' denied/,
    );
  });
});
