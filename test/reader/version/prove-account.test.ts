import { OTHER, OTHER_ID, openReaderWorld, type ReaderWorld, TARGET, TARGET_ID } from '../world.ts';

let world: ReaderWorld;
beforeEach(async () => {
  world = await openReaderWorld();
});
afterEach(() => world.close());

const withEmail = [
  'https://www.googleapis.com/auth/cloud-platform',
  'https://www.googleapis.com/auth/userinfo.email',
];
const audience = 'https://partner.example.com';
const idToken = async (account: string, includeEmail: boolean) =>
  (await world.mint('generateIdToken', { audience, includeEmail }, account)).token ?? '';
const jwt = async (account: string) => {
  const exp = Math.floor(world.clock.now.getTime() / 1000) + 3600;
  const payload = JSON.stringify({ iss: account, sub: account, aud: audience, exp });
  return (await world.mint('signJwt', { payload }, account)).signedJwt ?? '';
};
const blob = async (account: string, format: 'json' | 'header' | 'raw') => {
  const payload = Buffer.from('release 42').toString('base64');
  const { signedBlob = '', keyId } = await world.mint('signBlob', { payload }, account);
  if (format === 'raw') return signedBlob;
  return format === 'header'
    ? `Signature: keyId="${keyId}",algorithm="rsa-sha256",signature="${signedBlob}"`
    : world.json({ kind: 'signed-blob', token: signedBlob, target: account, keyId, payload });
};

type Row = { title: string; text: (account: string) => Promise<string> };
const provable: Row[] = [
  { title: 'a raw access token', text: (account) => world.accessToken(account) },
  {
    title: 'a raw access token with its email',
    text: (account) => world.accessToken(account, withEmail),
  },
  {
    title: 'an access token in JSON',
    text: async (account) =>
      world.json({ target: account, token: await world.accessToken(account) }),
  },
  { title: 'an ID token', text: (account) => idToken(account, false) },
  { title: 'an ID token with its email', text: (account) => idToken(account, true) },
  {
    title: 'an access token in a header',
    text: async (account) => `Authorization: Bearer ${await world.accessToken(account)}`,
  },
  { title: 'a signed JWT', text: jwt },
  { title: 'a signature in JSON', text: (account) => blob(account, 'json') },
  { title: 'a signature in a header', text: (account) => blob(account, 'header') },
];
const ACCOUNTS: { title: string; account: string | { email?: string; uniqueId?: string } }[] = [
  { title: 'by email', account: TARGET },
  { title: 'by unique ID', account: TARGET_ID },
  { title: 'by both', account: { email: TARGET, uniqueId: TARGET_ID } },
];

describe.each(ACCOUNTS)('An account that is given $title', ({ account }) => {
  it.each(provable)('is accepted for $title', async ({ text }) => {
    await world.store(await text(TARGET));
    expect(await world.reader({ account }).getToken()).toEqual(expect.any(String));
  });

  it.each(provable)('is refused for another account, $title', async ({ text }) => {
    await world.store(await text(OTHER));
    await expect(world.reader({ account }).getToken()).rejects.toMatchObject({
      reason: 'account-mismatch',
    });
  });
});

describe('With an account given', () => {
  it('a token of another account under the right name is refused', async () => {
    await world.store(await world.json({ target: TARGET, token: await world.accessToken(OTHER) }));
    await expect(world.reader({ account: TARGET }).getToken()).rejects.toMatchObject({
      reason: 'account-mismatch',
    });
  });

  it('a token of the right account under another name is refused, because one of the two is wrong', async () => {
    await world.store(await world.json({ target: OTHER }));
    await expect(world.reader({ account: TARGET }).getToken()).rejects.toMatchObject({
      reason: 'account-mismatch',
    });
  });

  it('an account that was created again under the same email is another account', async () => {
    await world.store(await world.accessToken(TARGET, withEmail));
    const account = { email: TARGET, uniqueId: OTHER_ID };
    await expect(world.reader({ account }).getToken()).rejects.toMatchObject({
      reason: 'account-mismatch',
    });
  });

  it('a raw signature is refused, because it names no key', async () => {
    await world.store(await blob(TARGET, 'raw'));
    await expect(world.reader({ account: TARGET }).getToken()).rejects.toMatchObject({
      reason: 'account-unproven',
    });
  });

  it('a credential is refused while its account cannot be proved', async () => {
    await world.store(await world.json());
    world.local.state.faults = [{ path: '/tokeninfo', status: 429 }];
    await expect(world.reader({ account: TARGET }).getToken()).rejects.toMatchObject({
      reason: 'account-unproven',
    });
  });

  it('the cached credential remains in use if its successor belongs to another account', async () => {
    await world.store(await world.json());
    const stale: unknown[] = [];
    const reader = world.reader({ account: TARGET_ID, onStale: ({ error }) => stale.push(error) });
    const first = await reader.getToken();
    world.advance(30);
    await world.store(await world.json({ target: OTHER, token: await world.accessToken(OTHER) }));
    world.advance(25);
    expect(await reader.getToken({ minValidity: '10m' })).toBe(first);
    expect(stale).toMatchObject([{ reason: 'account-mismatch' }]);
  });

  // axios#6919: a URL with a token ends up in a log.
  it('an access token is introspected once for each version, in the body of a POST', async () => {
    await world.store(await world.accessToken());
    const urls: string[] = [];
    const reader = world.reader({
      account: TARGET_ID,
      fetch: (url, init) => {
        urls.push(`${init?.method} ${url}`);
        return fetch(url, init);
      },
    });
    const credential = await reader.getCredential();
    await reader.getToken();
    expect(world.calls()).toEqual([
      'secretmanager projects.secrets.versions.access',
      'oauth2 tokeninfo',
    ]);
    expect(urls.at(-1)).toBe(`POST ${world.local.url}/tokeninfo`);
    expect(credential).toMatchObject({
      expiryFrom: 'introspection',
      expiresAt: new Date('2026-11-22T13:00:00Z'),
    });
  });
});
