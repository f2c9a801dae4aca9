import { createHash } from 'node:crypto';
import {
  audiencesOf,
  isOtherGoogleApi,
  ownClaim,
  refusalsOf,
} from '../../../../shared/domain/chain/signing/refusals.ts';
import { REFUSED_FORMS } from '../../../../shared/domain/chain/signing/refused-forms.ts';

const jwt = (claims: Record<string, unknown>, allowTokenExchange = false) =>
  refusalsOf({ kind: 'signed-jwt', claims, allowTokenExchange });
const blob = (bytes: Buffer | string, allowTokenExchange = false) =>
  refusalsOf({
    kind: 'signed-blob',
    payload: Buffer.from(bytes).toString('base64'),
    allowTokenExchange,
  });
const base64url = (text: string) => Buffer.from(text).toString('base64url');
const base64 = (text: string) => Buffer.from(text).toString('base64');

const FIREBASE =
  'https://identitytoolkit.googleapis.com/google.identity.identitytoolkit.v1.IdentityToolkit';
const POOL = 'iam.googleapis.com/projects/7/locations/global/workloadIdentityPools/p/providers/o';

type Refused = { readonly title: string; readonly audience: string; readonly what: RegExp };
const TOKENS = /token endpoint$/;
const refused: Refused[] = [
  ...[
    'https://oauth2.googleapis.com/token',
    'https://oauth2.googleapis.com',
    'https://oauth2.googleapis.com/',
    'https://oauth2.mtls.googleapis.com/token',
    'https://oauth2.europe-west1.rep.googleapis.com/token',
    'https://oauth2-vialink1.p.googleapis.com/token',
    'https://europe-west1-oauth2.googleapis.com/token',
    'https://oauth2.sandbox.googleapis.com/token',
    'https://www.googleapis.com/oauth2/v3/token',
    'https://www.googleapis.com/oauth2/v4/token',
    'https://www.mtls.googleapis.com/oauth2/v4/token',
    'https://www.googleapis.com/o%61uth2/v4/token',
    'https://www.googleapis.com//oauth2/v4/token',
    'https://www.googleapis.com/x/../oauth2/v4/token',
    'https://accounts.google.com/o/oauth2/token',
    'https://accounts.google.com/o/oauth2/v2/token',
    'https://accounts.google.com',
    'https://sts.googleapis.com/v1/token',
    'https://sts.mtls.googleapis.com/v1/token',
    'https://sts.us-east1.rep.googleapis.com/v1/token',
    'HTTPS://OAuth2.GoogleAPIs.com/TOKEN',
    'https://www.googleapis.com/OAuth2/v4/Token',
    'https://oauth2.googleapis.com/token/',
    'https://oauth2.googleapis.com/token?x=y#z',
    'https://oauth2.googleapis.com:443/token',
    'https://oauth2.googleapis.com:8443/token',
    'https://oauth2.googleapis.com./token',
    'https://ada@oauth2.googleapis.com/token',
    'https:\\\\oauth2.googleapis.com\\token',
    'https:oauth2.googleapis.com/token',
    'http://oauth2.googleapis.com/token',
    'oauth2.googleapis.com/token',
    '//oauth2.googleapis.com/token',
    '  https://oauth2.googleapis.com/token\n',
    'https://oauth2.goo\ngleapis.com/token',
    'https://ｏauth2.googleapis.com/token',
    'https://oauth2.googleapis。com/token',
    'https://oauth2%2Egoogleapis.com/token',
    'https://oauth2.google\u200bapis.com/token',
    'https://a.example.com https://oauth2.googleapis.com/token',
    'https://a.example.com,https://oauth2.googleapis.com/token',
    'oauth2.googleapis.com:443/token',
    'oauth2.googleapis.com:/token',
    'https://googleapis.com/oauth2/v4/token',
    'https://content.googleapis.com/oauth2/v4/token',
    'https://storage.googleapis.com/oauth2/v4/token',
    'https://oauth2.apis-berlin-build0.goog/token',
    'https://sts.s3nsapis.fr/v1/token',
    'https://sts.s3nsapis.fr',
  ].map((audience) => ({ title: audience, audience, what: TOKENS })),
  ...[
    'https://oauth2.example.com/token',
    'https://oauth2.googleapis.com.example.com/token',
    'https://sts.example.com/v1/token/',
    'https://europe-west1-sts.example.com/v1/token',
  ].map((audience) => ({ title: audience, audience, what: /another universe/ })),
  ...[
    'https://oauth2.googleapis.com:99999/token',
    'https://oauth2.googleapis.com%2ftoken',
    'oauth2.googleapis.com:99999/token',
    'oauth2.googleapis.com%2ftoken',
    'https:oauth2.example.com:port',
    '//[oauth2]/token',
    'https://a.example.com https://oauth2.googleapis.com:port/',
    'https://',
  ].map((audience) => ({ title: audience, audience, what: /can read/ })),
  {
    title: 'workstations',
    audience: 'https://workstations.googleapis.com/',
    what: /tokens for workstations/,
  },
  {
    title: 'tokens of apps',
    audience: 'https://oauthaccountmanager.googleapis.com/v1/issuetoken',
    what: /tokens for apps/,
  },
  {
    title: 'the minting API of another universe',
    audience: 'https://iamcredentials.apis-berlin-build0.goog/',
    what: /mints/,
  },
  { title: 'the apex', audience: 'https://googleapis.com/', what: /host of Google/ },
  { title: 'the minting API', audience: 'https://iamcredentials.googleapis.com/', what: /mints/ },
  {
    title: 'a service of the minting API',
    audience: 'https://iamcredentials.googleapis.com/google.iam.credentials.v1.IAMCredentials',
    what: /mints/,
  },
  { title: 'the API that creates keys', audience: 'https://iam.googleapis.com/', what: /keys/ },
  { title: 'a pool of workload identities', audience: `https://${POOL}`, what: /pool/ },
  { title: 'the same without a scheme', audience: `//${POOL}`, what: /pool/ },
  { title: 'API keys', audience: 'https://apikeys.googleapis.com/', what: /API keys/ },
  { title: 'tokens of users', audience: 'https://securetoken.googleapis.com/', what: /Firebase/ },
  { title: 'a Firebase custom token', audience: FIREBASE, what: /Firebase custom token/ },
  {
    title: 'Identity Platform on its old host',
    audience: 'https://www.googleapis.com/identitytoolkit/v3/relyingparty/verifyCustomToken',
    what: /Identity Platform/,
  },
  { title: 'the whole old host', audience: 'https://www.googleapis.com/', what: /host of Google/ },
  {
    title: 'a custom token for App Check',
    audience:
      'https://firebaseappcheck.googleapis.com/google.firebase.appcheck.v1.TokenExchangeService',
    what: /App Check/,
  },
];

describe('a JWT is refused for its audience:', () => {
  it.each(refused)('$title', ({ audience, what }) => {
    const refusal = { audience, path: ['claims', 'aud'] };
    expect(jwt({ aud: audience })).toMatchObject([refusal]);
    expect(jwt({ aud: audience })[0]?.form.what).toMatch(what);
    expect(isOtherGoogleApi(audience)).toBe(false);
  });

  it('one of several, under a name in another case', () => {
    const AUD = ['https://a.example.com', FIREBASE];
    expect(jwt({ AUD })).toMatchObject([{ path: ['claims', 'AUD', 1], audience: FIREBASE }]);
  });

  const accepted = [
    'https://firestore.googleapis.com/',
    'https://pubsub.googleapis.com/google.pubsub.v1.Publisher',
    'https://www.googleapis.com/storage/v1/',
    'https://www.googleapis.com/oauth2.html',
    'https://oauth2.example.com/introspect',
    'https://auth.example.com/token',
    'https://example.com/sts/token',
    'My service',
    'release:42',
    'https://example.com/?u=https://oauth2.googleapis.com/token',
    'https://example.com/iam.googleapis.com',
    'https://iamb.googleapis.com/',
    '32555940559.apps.googleusercontent.com',
    'urn:example:oauth2',
    '',
  ].map((audience) => ({ audience }));
  it.each(accepted)('but not for $audience', ({ audience }) => {
    expect(jwt({ aud: audience })).toEqual([]);
  });
});

describe('a JWT is refused for an aud', () => {
  const rows: { title: string; aud: unknown }[] = [
    { title: 'in a list in a list', aud: [['https://oauth2.googleapis.com/token']] },
    { title: 'in an object', aud: { a: 'https://oauth2.googleapis.com/token' } },
    { title: 'that is a number', aud: 5 },
    { title: 'over 2 KiB', aud: 'a'.repeat(2049) },
    { title: 'of many texts', aud: Array(2000).fill('a') },
  ];
  it.each(rows)('$title', ({ aud }) => {
    const [refusal, ...others] = jwt({ aud });
    expect(others).toEqual([]);
    expect(refusal?.path).toEqual(['claims', 'aud']);
    expect(refusal?.form.what).toMatch(/over 2 KiB, or neither/);
    expect(audiencesOf({ aud })).toEqual([]);
  });

  it('but not of 2 KiB, and none takes longer than 100 ms', () => {
    expect(jwt({ aud: `https://example.com/${'a'.repeat(2028)}` })).toEqual([]);
    for (const aud of ['a,'.repeat(1024), '/,'.repeat(1024), 'a '.repeat(150_000)]) {
      const start = process.cpuUsage();
      jwt({ aud });
      const { user, system } = process.cpuUsage(start);
      expect((user + system) / 1000).toBeLessThan(100);
    }
  });
});

describe('a JWT is refused for its claims:', () => {
  const rows = [
    { claims: { scope: 'openid' }, path: 'scope', what: 'a JWT with a scope' },
    { claims: { Scope: 'openid' }, path: 'Scope', what: 'a JWT with a scope' },
    { claims: { target_audience: 'x' }, path: 'target_audience', what: /target_audience$/ },
    { claims: { prn: 'ada@acme.com' }, path: 'prn', what: /prn/ },
    { claims: { uid: 'ada', claims: { admin: true } }, path: 'uid', what: /Firebase/ },
  ];
  it.each(rows)('$claims', ({ claims, path, what }) => {
    const [refusal, ...others] = jwt({ aud: 'https://a.example.com', ...claims });
    expect(others).toEqual([]);
    expect(refusal?.path).toEqual(['claims', path]);
    expect(refusal?.form.what).toMatch(what);
  });

  it('but not for uid or claims alone', () => {
    expect([...jwt({ uid: 'ada' }), ...jwt({ claims: {} })]).toEqual([]);
  });

  it('iss, sub, iat and exp in any case, even where exchange is allowed', () => {
    expect(['iss', 'sub', 'iat', 'exp', 'Sub', 'ISS'].map(ownClaim)).not.toContain(undefined);
    expect(['jti', 'nbf', 'subject', 'toString', '__proto__'].map(ownClaim)).toEqual(
      Array(5).fill(undefined),
    );
  });
});

const header = base64url('{"alg":"RS256","typ":"JWT"}');
const input = `${header}.${base64url('{"iss":"x"}')}`;
/** `text` in UTF-16, with the byte order mark. */
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');
const HEADER = '{"alg":"RS256","typ":"JWT"}';
/** What a lenient parser or decoder takes as the header of a JWS. */
const headers = [
  { title: 'with NaN', bytes: '{"alg":"RS256","typ":"JWT","x":NaN}' },
  { title: 'with NaN and an escape', bytes: '{"typ":"JWT","\\u0061lg":"RS256","x":NaN}' },
  { title: 'with a byte order mark', bytes: `\ufeff${HEADER}` },
  { title: 'in UTF-16', bytes: utf16(HEADER) },
  { title: 'in UTF-16, the other byte first', bytes: utf16(HEADER).swap16() },
  { title: 'in UTF-16 without a mark', bytes: Buffer.from(HEADER, 'utf16le') },
  { title: 'with single quotes', bytes: "{'alg':'RS256'}" },
  { title: 'without quotes', bytes: '{alg:RS256}' },
  { title: 'after a comment', bytes: `/**/${HEADER}` },
  { title: 'after a comment, with an escape', bytes: '/**/{"al\\u0067":"RS256"}' },
  { title: 'with a comment inside', bytes: '{/*,*/"kid":"1"}' },
  { title: 'with a comma at the end', bytes: '{"alg":"RS256",}' },
  { title: 'with a NUL', bytes: '\0{"alg":"RS256"}' },
  { title: 'with a raw tab in a text', bytes: '{"alg":"RS256","kid":"a\tb"}' },
  { title: 'with a name in another case', bytes: ' {ALG:RS256}' },
  { title: 'without an algorithm', bytes: '{"kid":"1",}' },
  { title: 'without anything', bytes: '{ }' },
].map(({ title, bytes }) => ({
  title: `the input of a JWS whose header is ${title}`,
  bytes: `${Buffer.from(bytes).toString('base64url')}.e30`,
  what: /JWS/,
}));
const policy = JSON.stringify({ expiration: '2027-01-01T00:00:00Z', conditions: [] });
const V2 = 'GET\n\n\n1388534400\n/bucket/object';

describe('a signature is refused over', () => {
  const rows = [
    { title: 'the input of a JWT', bytes: input, what: /JWS/ },
    { title: 'the input of a JWT after and before spaces', bytes: ` \n${input}\t\n`, what: /JWS/ },
    { title: 'the input of a JWT after a byte order mark', bytes: `\ufeff${input}`, what: /JWS/ },
    { title: 'the input of a JWT in base64', bytes: base64(input), what: /JWS/ },
    { title: 'the input of a JWS without a payload', bytes: `${header}.`, what: /JWS/ },
    {
      title: 'the input of a JWS whose header has spaces',
      bytes: `${base64url(' { "alg" : "RS256" }')}.e30`,
      what: /JWS/,
    },
    {
      title: 'the input of a JWS whose header has escapes',
      bytes: `${base64url('{"\\u0061lg":"RS256"}')}.e30`,
      what: /JWS/,
    },
    {
      title: 'the input of a JWS with an unencoded payload',
      bytes: `${header}.{"iss": "x"}`,
      what: /JWS/,
    },
    {
      title: 'the input of a JWS with padding',
      bytes: `${base64('{"alg":"RS256"}')}.e30=`,
      what: /JWS/,
    },
    ...headers,
    { title: 'the input of a JWT after other characters', bytes: `!!!!${input}`, what: /JWS/ },
    {
      title: 'the input of a JWT between other characters',
      bytes: Buffer.from(`e\xff=${input.slice(1)}`, 'latin1'),
      what: /JWS/,
    },
    {
      title: 'the same in base64 between other characters',
      bytes: `*${base64(`!${input}`)}`,
      what: /JWS/,
    },
    {
      title: 'a V4 string to sign',
      bytes: 'GOOG4-RSA-SHA256\n20261122T120000Z\nscope\nhash',
      what: /GOOG4/,
    },
    { title: 'a V4 string to sign in base64', bytes: base64('GOOG4-RSA-SHA256\nx'), what: /GOOG4/ },
    { title: 'a V2 string to sign', bytes: V2, what: /V2/ },
    { title: 'a V2 string to sign after a space', bytes: ` ${V2}`, what: /V2/ },
    {
      title: 'a V2 string to sign with a type',
      bytes: 'PUT\nrmYdCNHKFXam78uCt7xQLw==\ntext/plain\n1388534400\n/b/o',
      what: /V2/,
    },
    ...[' 1388534400', '+1388534400', '1388534400.0', '1388534400\r', 'soon'].map((expiry) => ({
      title: `a V2 string to sign with the expiry ${JSON.stringify(expiry)}`,
      bytes: `GET\n\n\n${expiry}\n/b/o`,
      what: /V2/,
    })),
    { title: 'a V2 string to sign in lower case', bytes: V2.toLowerCase(), what: /V2/ },
    { title: 'a policy document', bytes: base64(policy), what: /policy document/ },
    { title: 'a policy document for URLs', bytes: base64url(policy), what: /policy document/ },
    { title: 'a policy document without base64', bytes: policy, what: /policy document/ },
    ...[
      { title: 'with a byte order mark', text: `\ufeff${policy}` },
      { title: 'with a comma at the end', text: policy.replace('}', ',}') },
      { title: 'with an escape and a comma at the end', text: '{"\\u0063onditions":[],}' },
      { title: 'after a comment', text: `/**/${policy}` },
      { title: 'in UTF-16', text: utf16(policy) },
    ].map(({ title, text }) => ({
      title: `a policy document ${title}`,
      bytes: Buffer.from(text).toString('base64'),
      what: /policy document/,
    })),
    {
      title: 'a policy document between other characters',
      bytes: `!${base64(policy)}`,
      what: /policy document/,
    },
  ];
  it.each(rows)('$title', ({ bytes, what }) => {
    const [refusal, ...others] = blob(bytes);
    expect(others).toEqual([]);
    expect(refusal?.path).toEqual(['payload']);
    expect(refusal?.form.what).toMatch(what);
  });

  const accepted = [
    { title: 'a sentence', bytes: Buffer.from('release 42') },
    { title: 'a version', bytes: Buffer.from('1.2.3') },
    { title: 'a version that is base64 of a brace', bytes: Buffer.from('e1.2.3') },
    { title: 'a host name', bytes: Buffer.from('www.example.com') },
    { title: 'JSON', bytes: Buffer.from('{"release": 42.0}') },
    { title: 'JSON in base64', bytes: Buffer.from(base64('{"release": 42}')) },
    { title: 'a number before a dot', bytes: Buffer.from(`${base64url('42')}.e30`) },
    { title: 'a request line', bytes: Buffer.from('GET /bucket/object HTTP/1.1\n\n') },
    { title: 'a release in four lines', bytes: Buffer.from('RELEASE\nv42\nprod\n20261122\n') },
    { title: 'any bytes', bytes: Buffer.from([0, 255, 46, 10, 13]) },
    { title: 'a host name that is base64 of a brace', bytes: Buffer.from('example.com') },
    { title: 'terms', bytes: Buffer.from('The terms and conditions of 2026. Signed.') },
    {
      title: 'the digest of a tarball',
      bytes: Buffer.from(`${createHash('sha256').update('').digest('hex')}  release-1.2.tar.gz\n`),
    },
    { title: 'JSON with a word', bytes: Buffer.from('{"algorithm": "x", "release": 42.0}') },
  ];
  it.each(accepted)('but not over $title', ({ bytes }) => {
    expect(blob(bytes)).toEqual([]);
  });
});

describe('random bytes', () => {
  /** The same bytes in each run. */
  const digests = (seed: string) =>
    Array.from({ length: 2000 }, (_, i) => createHash('sha512').update(`${seed} ${i}`).digest());

  it('are not refused, as bytes, in base64 and in hex with a file name', () => {
    const blobs = digests('a').flatMap((bytes) => [
      bytes,
      bytes.toString('base64'),
      `${bytes.toString('hex')}  release.tar.gz`,
      `${bytes.toString('base64url')}.sig`,
    ]);
    expect(blobs.filter((bytes) => blob(bytes).length > 0)).toEqual([]);
  });
});

describe('every refused form', () => {
  it('is signed where exchange is allowed', () => {
    const claims = { aud: FIREBASE, uid: 'ada', claims: {}, scope: 'x', prn: 'ada@acme.com' };
    expect(jwt(claims, true)).toEqual([]);
    expect(blob(input, true)).toEqual([]);
  });

  it('names one source with https, and one thing that only this form refuses', () => {
    for (const { source } of REFUSED_FORMS) expect(source).toMatch(/^https:\/\/[^\s]+$/);
    const shown = [
      ...refused.flatMap(({ audience }) => jwt({ aud: audience })),
      ...jwt({ aud: 5, scope: 'x', target_audience: 'x', prn: 'x', uid: 'x', claims: {} }),
      ...[input, 'GOOG4-RSA-SHA256\n', V2, policy].flatMap((bytes) => blob(bytes)),
    ];
    expect(new Set(shown.map(({ form }) => form))).toEqual(new Set(REFUSED_FORMS));
  });
});
