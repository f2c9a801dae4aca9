import fc from 'fast-check';
import { lowerAscii } from '../../../shared/domain/basics/text/ascii.ts';
import {
  idOf,
  nameOf,
  parseAccount,
  resourceOf,
  sameAccount,
} from '../../../shared/domain/chain/account.ts';
import type { Chain } from '../../../shared/domain/chain/chain.ts';
import { claimsFor } from '../../../shared/domain/chain/claims.ts';
import { digestOf } from '../../../shared/domain/chain/definition.ts';
import { runs } from '../../runs.ts';

describe('parseAccount', () => {
  const relay = { ok: true, value: { email: 'relay@acme-ops.iam.gserviceaccount.com' } };
  const cases: { title: string; text: string; expected: object }[] = [
    { title: 'takes an email', text: 'relay@acme-ops.iam.gserviceaccount.com', expected: relay },
    {
      title: 'takes an email in capitals',
      text: 'Relay@Acme-Ops.iam.gserviceaccount.com',
      expected: relay,
    },
    {
      title: 'takes a resource name',
      text: 'projects/-/serviceAccounts/relay@acme-ops.iam.gserviceaccount.com',
      expected: relay,
    },
    {
      title: 'takes a unique ID',
      text: '104857600000000000000',
      expected: { ok: true, value: { uniqueId: '104857600000000000000' } },
    },
    {
      title: 'takes a unique ID in a resource name',
      text: 'projects/acme-ops/serviceAccounts/104857600000000000000',
      expected: { ok: true, value: { uniqueId: '104857600000000000000' } },
    },
    {
      title: 'takes a default account',
      text: '123456789-compute@developer.gserviceaccount.com',
      expected: { ok: true, value: { email: '123456789-compute@developer.gserviceaccount.com' } },
    },
    {
      title: 'takes the account of App Engine in a domain-scoped project',
      text: 'acme.example.com@appspot.gserviceaccount.com',
      expected: { ok: true, value: { email: 'acme.example.com@appspot.gserviceaccount.com' } },
    },
    {
      title: 'refuses a user',
      text: 'ada@acme.com',
      expected: { ok: false, error: expect.stringMatching(/impersonated/) },
    },
    {
      title: 'refuses a short ID',
      text: '10485760',
      expected: { ok: false, error: expect.stringMatching(/21 digits/) },
    },
    {
      title: 'refuses a member, and says what to write',
      text: 'serviceAccount:relay@acme-ops.iam.gserviceaccount.com',
      expected: { ok: false, error: expect.stringMatching(/as relay@acme-ops/) },
    },
  ];
  it.each(cases)('$title', ({ text, expected }) => {
    expect(parseAccount(text)).toEqual(expected);
  });

  const EMAIL = 'relay@acme-ops.iam.gserviceaccount.com';
  const digits = /write its 21 digits in quotes, without a sign, a point, an exponent, or a zero/;
  const refusals: { title: string; text: string; error: RegExp }[] = [
    {
      title: 'a Kelvin sign for a k',
      text: `\u212aey@a.iam.gserviceaccount.com`,
      error: /U\+212A/,
    },
    {
      title: 'a Cyrillic letter',
      text: EMAIL.replace('a', '\u0430'),
      error: /"rel\\u0430y.*U\+0430/,
    },
    { title: 'a zero-width space', text: EMAIL.replace('@', '\u200b@'), error: /U\+200B/ },
    { title: 'a full-width letter', text: EMAIL.replace('r', '\uff52'), error: /U\+FF52/ },
    { title: 'a character above 16 bits', text: `\u{1d5cb}${EMAIL}`, error: /U\+1D5CB/ },
    { title: 'a soft hyphen', text: EMAIL.replace('-', '\u00ad'), error: /U\+00AD/ },
    { title: 'a space at the end', text: `${EMAIL} `, error: /spaces around/ },
    { title: 'a space inside', text: EMAIL.replace('@', ' @'), error: /U\+0020/ },
    { title: 'a line end', text: `${EMAIL}\n`, error: /U\+000A/ },
    { title: 'a dot at the end', text: `${EMAIL}.`, error: /remove the dot at the end/ },
    { title: 'two dots', text: EMAIL.replace('.iam', '..iam'), error: /single dots/ },
    { title: 'a letter that no email has', text: EMAIL.replace('y', '_'), error: /single dots/ },
    { title: 'digits of another script', text: '１04857600000000000000', error: /U\+FF11/ },
    { title: 'an exponent', text: '1.04857600000000000e20', error: digits },
    { title: 'a sign', text: '+104857600000000000000', error: digits },
    { title: 'a minus', text: '-104857600000000000000', error: digits },
    { title: 'a fraction', text: '104857600000000000000.0', error: digits },
    { title: 'a hexadecimal number', text: '0x5AF3107A400000000', error: digits },
    { title: 'underscores', text: '104_857_600_000_000_000_000', error: digits },
    { title: 'a zero at the start', text: '010485760000000000000', error: digits },
  ];
  it.each(refusals)('refuses $title, and says where', ({ text, error }) => {
    const parsed = parseAccount(text);
    expect(parsed.ok ? parsed.value : parsed.error).toMatch(error);
  });

  it('gives exactly the identifier in a text, or refuses the text with a reason', () => {
    const identifier = fc.oneof(
      fc.stringMatching(/^[a-z][a-z0-9-]{2,8}@[a-z]{3}-[a-z]{3}\.iam\.gserviceaccount\.com$/),
      fc.stringMatching(/^1\d{20}$/),
    );
    const edits = fc.array(
      fc.record({
        at: fc.nat(40),
        cut: fc.nat(1),
        put: fc.oneof(fc.string({ unit: 'binary', maxLength: 2 }), fc.constantFrom(...CONFUSABLES)),
      }),
      { maxLength: 2 },
    );
    fc.assert(
      fc.property(identifier, edits, (text, changes) => {
        const edited = changes.reduce(
          (all, { at, cut, put }) => all.slice(0, at) + put + all.slice(at + cut),
          text,
        );
        const parsed = parseAccount(edited);
        if (!parsed.ok) return parsed.error.length > 20;
        const { email, uniqueId } = parsed.value;
        // biome-ignore lint/suspicious/noControlCharactersInRegex: that is ASCII
        return /^[\x00-\x7f]*$/.test(edited) && (email ?? uniqueId) === edited.toLowerCase();
      }),
      { numRuns: runs(1000), seed: 17 },
    );
  });
});

/** Characters that look like others, that are invisible, or that a case change or a normalization turns into ASCII. */
const CONFUSABLES = [
  ...'KſıİаеорсухіјѕһԁɡⅰａＡ０１٠१．。＠﹫－‐‑–−­',
  ...'\u200b\u200c\u200d\u2060\ufeff\u00a0\u202e\u2066\u0000\t\n\r ',
  ...'+-._eE,0x',
];

describe('lowerAscii', () => {
  it('changes no character but A to Z', () => {
    for (let code = 0; code < 0x3000; code++) {
      const char = String.fromCharCode(code);
      expect(lowerAscii(char)).toBe(/[A-Z]/.test(char) ? char.toLowerCase() : char);
    }
  });
});

const pinned = {
  email: 'relay@acme-ops.iam.gserviceaccount.com',
  uniqueId: '104857600000000000000',
};

describe('an account with email and unique ID', () => {
  it('is named by its unique ID in requests, because an account that is created again does not have it', () => {
    expect(idOf(pinned)).toBe('104857600000000000000');
    expect(resourceOf(pinned)).toBe('projects/-/serviceAccounts/104857600000000000000');
  });

  it('is shown by its email', () => {
    expect(nameOf(pinned)).toBe('relay@acme-ops.iam.gserviceaccount.com');
  });

  it('equals an account with only its email or only its unique ID', () => {
    expect(sameAccount(pinned, { email: pinned.email })).toBe(true);
    expect(sameAccount({ uniqueId: pinned.uniqueId }, pinned)).toBe(true);
    expect(sameAccount({ uniqueId: pinned.uniqueId }, { email: pinned.email })).toBe(false);
  });
});

it('The claims of a JWT name the target, and a minute before the time of minting, although the published file has others', () => {
  const target = { email: 'vault@acme-data.iam.gserviceaccount.com' };
  const chain = {
    name: 'jwt',
    delegates: [],
    target,
    credential: {
      kind: 'signed-jwt',
      claims: { aud: 'x', iss: 'ada@acme.com', sub: 'ada@acme.com', iat: 1, exp: 9_999_999_999 },
      lifetimeSeconds: 3600,
      allowTokenExchange: true,
    },
    secret: 'projects/acme-ops/secrets/jwt',
    format: 'raw',
    rotateEverySeconds: 1800,
    retryWindowSeconds: 600,
    minValiditySeconds: 300,
  } as const;
  const { email } = target;
  expect(claimsFor(chain, new Date(65_900))).toEqual({
    aud: 'x',
    iss: email,
    sub: email,
    iat: 5,
    exp: 3605,
  });
});

const [minter, other] = ['minter', 'other'].map((name) => ({
  email: `${name}@acme-ops.iam.gserviceaccount.com`,
})) as [{ email: string }, { email: string }];
const [relay, vault] = ['relay', 'vault'].map((name) => ({
  email: `${name}@acme-ops.iam.gserviceaccount.com`,
})) as [{ email: string }, { email: string }];
const token = {
  kind: 'access-token',
  scopes: ['https://www.googleapis.com/auth/pubsub'],
  lifetimeSeconds: 3600,
} as const;
const idToken = {
  kind: 'id-token',
  audience: 'https://a.example.com',
  includeEmail: true,
} as const;

const chain: Chain = {
  name: 'export',
  delegates: [relay, vault],
  target: { email: 'reader@acme-data.iam.gserviceaccount.com' },
  credential: token,
  secret: 'projects/acme-ops/secrets/export',
  format: 'raw',
  rotateEverySeconds: 1800,
  retryWindowSeconds: 600,
  minValiditySeconds: 300,
};
const digest = (part: Partial<Chain> = {}, caller = minter) =>
  digestOf({ ...chain, ...part }, caller);

// googleapis/google-cloud-go#19939, #11386 and google-auth-library-php#580, #622: a cache key left out some of the
// parts, so a credential of another kind, audience or chain was returned.
describe('the digest of a chain', () => {
  const others: { title: string; part: Partial<Chain> }[] = [
    { title: 'its kind', part: { credential: idToken } },
    {
      title: 'its audience',
      part: { credential: { ...idToken, audience: 'https://b.example.com' } },
    },
    {
      title: 'whether it contains the email',
      part: { credential: { ...idToken, includeEmail: false } },
    },
    {
      title: 'its scopes',
      part: { credential: { ...token, scopes: [...token.scopes, 'openid'] } },
    },
    { title: 'its lifetime', part: { credential: { ...token, lifetimeSeconds: 1800 } } },
    { title: 'the order of its delegates', part: { delegates: [vault, relay] } },
    { title: 'how many delegates it has', part: { delegates: [relay] } },
    {
      title: 'its target',
      part: { target: { email: 'writer@acme-data.iam.gserviceaccount.com' } },
    },
    {
      title: 'the pin of its target',
      part: { target: { ...chain.target, uniqueId: '104857600000000000000' } },
    },
    { title: 'its secret', part: { secret: 'projects/acme-ops/secrets/other' } },
    { title: 'its format', part: { format: 'json' } },
  ];
  it.each(others)('changes with $title, and is different for each change', ({ part }) => {
    expect(digest(part)).not.toBe(digest());
    const all = [digest(), digest({}, other), ...others.map(({ part: one }) => digest(one))];
    expect(new Set(all).size).toBe(all.length);
  });

  it.each<{ title: string; part: Partial<Chain> }>([
    {
      title: 'its schedule',
      part: { rotateEverySeconds: 900, retryWindowSeconds: 300, minValiditySeconds: 60 },
    },
    { title: 'its pause', part: { paused: { until: new Date(0), reason: 'INC-1234' } } },
  ])('does not change with $title', ({ part }) => {
    expect(digest(part)).toBe(digest());
  });
});
