import { readFile } from 'node:fs/promises';
import Ajv2020 from 'ajv/dist/2020.js';
import type { Chain, CredentialSpec } from '../../../shared/domain/chain/chain.ts';
import { type Credential, Token } from '../../../shared/domain/chain/credential.ts';
import { payloadOf } from '../../../shared/domain/rotation/payload.ts';
import { type Kind, parseCredential, ReaderError } from '../../../shared/reader/index.ts';
import { chainOf } from '../../functions/rotation-world.ts';
import { OTHER, OTHER_ID, openReaderWorld, type ReaderWorld, TARGET, TARGET_ID } from '../world.ts';

describe('Payload:', () => {
  const SPECS: Record<Kind, CredentialSpec> = {
    'access-token': {
      kind: 'access-token',
      scopes: ['https://www.googleapis.com/auth/cloud-platform'],
      lifetimeSeconds: 3600,
    },
    'id-token': { kind: 'id-token', audience: 'https://partner.example.com', includeEmail: true },
    'signed-jwt': {
      kind: 'signed-jwt',
      claims: { aud: 'https://firestore.googleapis.com/' },
      allowTokenExchange: false,
      lifetimeSeconds: 3600,
    },
    'signed-blob': {
      kind: 'signed-blob',
      payload: Buffer.from('release 42').toString('base64'),
      allowTokenExchange: false,
    },
  };
  const KINDS = Object.keys(SPECS) as Kind[];
  const FORMATS: Chain['format'][] = ['raw', 'json', 'header'];
  const rows = KINDS.flatMap((kind) => FORMATS.map((format) => ({ kind, format })));

  let world: ReaderWorld;
  const credentials = new Map<Kind, Credential>();
  beforeAll(async () => {
    world = await openReaderWorld();
    const mintedAt = world.clock.now;
    const expiresAt = new Date(mintedAt.getTime() + 3_600_000);
    const seconds = Math.floor(mintedAt.getTime() / 1000);
    const iat = seconds - 60; // as Hopmint sets it back
    const claims = { iss: TARGET, sub: TARGET, aud: 'x', iat, exp: seconds + 3600 };
    const [idToken, jwt, blob] = await Promise.all([
      world.mint('generateIdToken', {
        audience: 'https://partner.example.com',
        includeEmail: true,
      }),
      world.mint('signJwt', { payload: JSON.stringify(claims) }),
      world.mint('signBlob', { payload: Buffer.from('release 42').toString('base64') }),
    ]);
    const times = { mintedAt, expiresAt };
    const credential = (token = '', keyId?: string): Credential => ({
      token: new Token(token),
      ...times,
      ...(keyId !== undefined && { keyId }),
    });
    credentials.set('access-token', credential(await world.accessToken()));
    credentials.set('id-token', credential(idToken.token));
    credentials.set('signed-jwt', credential(jwt.signedJwt, jwt.keyId));
    credentials.set('signed-blob', credential(blob.signedBlob, blob.keyId));
  });
  afterAll(() => world.close());

  const stored = (kind: Kind, format: Chain['format']) => {
    const credential = credentials.get(kind);
    if (!credential) throw new Error(kind);
    const chain = { ...chainOf('billing', SPECS[kind], { format }), target: { email: TARGET } };
    return { credential, text: payloadOf(chain, credential).reveal() };
  };

  describe('A stored credential is recognised:', () => {
    it.each(rows)('$kind as $format', ({ kind, format }) => {
      const { credential, text } = stored(kind, format);
      const read = parseCredential(text);
      expect(read).toMatchObject({ kind, format });
      expect(read.token.reveal()).toBe(credential.token.reveal());

      const hasExpiry = format === 'json' || kind === 'id-token' || kind === 'signed-jwt';
      expect(read.expiresAt).toEqual(hasExpiry ? credential.expiresAt : undefined);
      expect(read.mintedAt).toEqual(hasExpiry ? credential.mintedAt : undefined);
      if (format === 'json') expect(read.target).toBe(TARGET);
      if (kind === 'signed-blob') {
        expect(read.keyId).toBe(format === 'raw' ? undefined : credential.keyId);
        expect(read.payload?.toString()).toBe(format === 'json' ? 'release 42' : undefined);
      }
    });

    it.each(rows)('$kind as $format, in a file with a line end at its end', ({ kind, format }) => {
      const { text } = stored(kind, format);
      expect(parseCredential(`${text}\n`)).toEqual(parseCredential(text));
    });

    it.each(rows)('$kind as $format is sent in the right header', async ({ kind, format }) => {
      const { text } = stored(kind, format);
      await world.store(text);
      const sent = world.reader().getRequestHeaders();
      if (kind === 'signed-blob' && format === 'raw') {
        await expect(sent).rejects.toMatchObject({ reason: 'not-a-header' });
        return;
      }
      const [[name = '', value = ''] = []] = [...(await sent)];
      expect(`${name}: ${value}`.toLowerCase()).toBe(stored(kind, 'header').text.toLowerCase());
      expect(stored(kind, 'header').text).toContain(value);
    });
  });

  describe('The published schema of the JSON', () => {
    let accepts: (value: unknown) => boolean;
    beforeAll(async () => {
      const schema = JSON.parse(await readFile('docs/credential.schema.json', 'utf8'));
      accepts = new Ajv2020.default({ strict: false, validateFormats: false }).compile(schema);
    });

    it.each(KINDS)('accepts %s as mint stores it', (kind) => {
      expect(accepts(JSON.parse(stored(kind, 'json').text))).toBe(true);
    });

    it.each([
      { title: 'another version', part: { version: 2 } },
      { title: 'no token', part: { token: undefined } },
      { title: 'a token of two lines', part: { token: 'a\nb' } },
      { title: 'another kind', part: { kind: 'password' } },
      { title: 'a day in place of a time', part: { expiresAt: '2026-11-22' } },
    ])('refuses $title', ({ part }) => {
      const value = { ...JSON.parse(stored('id-token', 'json').text), ...part };
      expect(accepts(JSON.parse(JSON.stringify(value)))).toBe(false);
    });

    it('refuses a signature without the signed bytes', () => {
      const { payload: _, ...value } = JSON.parse(stored('signed-blob', 'json').text);
      expect(accepts(value)).toBe(false);
    });
  });

  describe('A text that is not a credential from Hopmint is refused, and the error does not quote it:', () => {
    const json = (part: object) => {
      const { text } = stored('access-token', 'json');
      return JSON.stringify({ ...JSON.parse(text), ...part });
    };
    const rows: { title: string; text: () => string }[] = [
      { title: 'nothing', text: () => '' },
      { title: 'a sentence', text: () => 'the password is swordfish' },
      { title: 'two lines', text: () => 'ya29.swordfish\nX-Admin: 1' },
      {
        title: 'a header followed by a second one',
        text: () => 'Authorization: Bearer swordfish\r\nX-Admin: 1',
      },
      { title: 'another scheme', text: () => 'Authorization: Basic swordfish' },
      {
        title: 'another signature',
        text: () => 'Signature: keyId="swordfish",algorithm="hmac",signature="AAAA"',
      },
      { title: 'the first half of a JSON text', text: () => '{"version":1,"token":"swordfish"' },
      { title: 'JSON with other fields', text: () => '{"password":"swordfish"}' },
      { title: 'JSON of a later version', text: () => json({ version: 2 }) },
      { title: 'JSON of an unknown kind', text: () => json({ kind: 'swordfish' }) },
      {
        title: 'JSON whose token is two headers',
        text: () => json({ token: 'swordfish\r\nX-Admin: 1' }),
      },
      { title: 'JSON without a target', text: () => json({ target: undefined }) },
      { title: 'JSON whose expiry is not a time', text: () => json({ expiresAt: 'swordfish' }) },
      { title: 'JSON whose expiry is a number', text: () => json({ expiresAt: 1_800_000_000 }) },
    ];
    it.each(rows)('$title', ({ text }) => {
      const parse = () => parseCredential(text());
      expect(parse).toThrow(ReaderError);
      expect(parse).toThrow(expect.objectContaining({ reason: 'payload-malformed' }));
      expect(parse).not.toThrow(/swordfish/);
    });
  });
});

describe('Prove account:', () => {
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
      await world.store(
        await world.json({ target: TARGET, token: await world.accessToken(OTHER) }),
      );
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
      const reader = world.reader({
        account: TARGET_ID,
        onStale: ({ error }) => stale.push(error),
      });
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
});
