import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuthClient } from 'google-auth-library';
import { SecretCredential } from '../../shared/reader/index.ts';
import { identityOf } from '../../shared/reader/wire/identity.ts';

const VARIABLE = 'GOOGLE_APPLICATION_CREDENTIALS';
const before = process.env[VARIABLE];
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hopmint-identity-'));
  process.env[VARIABLE] = join(folder, 'identity.json');
});
afterAll(async () => {
  if (before === undefined) delete process.env[VARIABLE];
  else process.env[VARIABLE] = before;
  await rm(folder, { recursive: true });
});

const write = (tokenUrl: string) =>
  writeFile(
    join(folder, 'identity.json'),
    JSON.stringify({
      type: 'external_account',
      audience:
        '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/a/providers/a',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: tokenUrl,
      credential_source: { file: join(folder, 'identity.json') },
    }),
  );

describe('the file of the identity that reads', () => {
  it('is refused if it sends the subject token elsewhere, and the read names the field', async () => {
    await write('http://127.0.0.1:1/token');
    const requests: unknown[] = [];
    const reader = new SecretCredential({
      secret: 'projects/p/secrets/s',
      env: {},
      fetch: async (url) => {
        requests.push(url);
        return new Response();
      },
    });
    await expect(reader.getToken()).rejects.toMatchObject({
      reason: 'misconfigured',
      message: expect.stringContaining('token_url names http://127.0.0.1:1, but'),
    });
    expect(requests).toEqual([]);
  });

  it('is accepted if it names hosts of Google', async () => {
    await write('https://sts.googleapis.com/v1/token');
    await expect(identityOf(undefined).get()).resolves.toBeDefined();
  });

  it.each([
    {
      what: 'a body',
      url: 'https://sts.example.com/v1/token',
      options: { method: 'POST', data: 'x' } as const,
    },
    { what: 'a token', url: 'https://example.com/', options: { headers: { authorization: 'x' } } },
    {
      what: 'a token',
      url: 'http://sts.googleapis.com/',
      options: { headers: { authorization: 'x' } },
    },
  ])('gets a client that sends $what to Google only, and not to $url', async ({ url, options }) => {
    await write('https://sts.googleapis.com/v1/token');
    const client = (await identityOf(undefined).get()) as AuthClient;
    const sent = client.transporter.request({ url, ...options, retryConfig: { retry: 0 } });
    await expect(sent).rejects.toThrow(`sends nothing to ${new URL(url).origin}`);
  });
});
