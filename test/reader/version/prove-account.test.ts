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

type Row = [title: string, text: (account: string) => Promise<string>];
const provable: Row[] = [
  ['a raw access token', (account) => world.accessToken(account)],
  ['a raw access token with its email', (account) => world.accessToken(account, withEmail)],
  [
    'an access token in JSON',
    async (account) => world.json({ target: account, token: await world.accessToken(account) }),
  ],
  ['an ID token', (account) => idToken(account, false)],
  ['an ID token with its email', (account) => idToken(account, true)],
  [
    'an access token in a header',
    async (account) => `Authorization: Bearer ${await world.accessToken(account)}`,
  ],
  ['a signed JWT', jwt],
  ['a signature in JSON', (account) => blob(account, 'json')],
  ['a signature in a header', (account) => blob(account, 'header')],
];
const ACCOUNTS: [string, string | { email?: string; uniqueId?: string }][] = [
  ['by email', TARGET],
  ['by unique ID', TARGET_ID],
  ['by both', { email: TARGET, uniqueId: TARGET_ID }],
];

describe.each(ACCOUNTS)('An account that is given %s', (_title, account) => {
  it.each(provable)('is accepted for %s', async (_title, text) => {
    await world.store(await text(TARGET));
    expect(await world.reader({ account }).getToken()).toEqual(expect.any(String));
  });

  it.each(provable)('is refused for another account, %s', async (_title, text) => {
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
