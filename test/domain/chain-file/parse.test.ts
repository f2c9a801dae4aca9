import type { Chain, ChainFile } from '../../../shared/domain/chain/chain.ts';
import { parseChainFiles } from '../../../shared/domain/chain-file/parse.ts';

const now = new Date('2026-11-22T12:00:00Z');

/** A correct file, with lines added at the top and in its chain. */
const fileWith = ({ top = '', chain = '', credential = '', target = '', caller = '' }) => `
caller: ${caller || 'minter@acme-ops.iam.gserviceaccount.com'}
${top}
chains:
  - name: billing-export
    target: ${target || 'billing-reader@acme-data.iam.gserviceaccount.com'}
    secret: projects/acme-ops/secrets/billing-export
    credential: ${credential || '{ kind: access-token, scopes: [https://www.googleapis.com/auth/bigquery] }'}
    ${chain}
`;

const accepted = (text: string): ChainFile => {
  const { file, faults } = parseChainFiles([{ path: 'chains.yaml', text }], now);
  expect(faults).toEqual([]);
  if (!file) throw new Error('refused without a fault');
  return file;
};
const chainOf = (text: string): Chain => accepted(text).chains[0] as Chain;

it('a file with only the required keys gets the defaults', () => {
  expect(accepted(fileWith({}))).toEqual({
    caller: { email: 'minter@acme-ops.iam.gserviceaccount.com' },
    tickEverySeconds: 60,
    writesPerMinute: 540,
    grants: 'token-creator',
    chains: [
      {
        name: 'billing-export',
        delegates: [],
        target: { email: 'billing-reader@acme-data.iam.gserviceaccount.com' },
        credential: {
          kind: 'access-token',
          scopes: ['https://www.googleapis.com/auth/bigquery'],
          lifetimeSeconds: 3600,
        },
        secret: 'projects/acme-ops/secrets/billing-export',
        source: { path: 'chains.yaml', line: 5 },
        format: 'raw',
        rotateEverySeconds: 1800,
        retryWindowSeconds: 600,
        minValiditySeconds: 300,
      },
    ],
    exceptions: [],
  });
});

it('a file keeps its settings and its exceptions', () => {
  const text = `${fileWith({ top: 'tickEvery: 5m\nwritesPerMinute: 100\npaused: { until: 2026-12-01, reason: INC-1234 }' })}
exceptions:
  - account: projects/-/serviceAccounts/relay@acme-ops.iam.gserviceaccount.com
    member: group:oncall@acme.com
    reason: break-glass
    owner: platform@acme.com
    expires: 2027-03-01T09:00:00Z
`;
  expect(accepted(text)).toMatchObject({
    tickEverySeconds: 300,
    writesPerMinute: 100,
    paused: { until: new Date('2026-12-01T00:00:00Z'), reason: 'INC-1234' },
    exceptions: [
      {
        account: { email: 'relay@acme-ops.iam.gserviceaccount.com' },
        member: 'group:oncall@acme.com',
        reason: 'break-glass',
        owner: 'platform@acme.com',
        expires: new Date('2027-03-01T09:00:00Z'),
      },
    ],
  });
});

describe('an exception', () => {
  const members = [
    'user:ada@acme.com',
    'serviceAccount:relay@acme-ops.iam.gserviceaccount.com',
    'serviceAccount:acme-ops.svc.id.goog[default/batch]',
    'principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/subject/main',
    'principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/*',
  ];
  it.each(members)('may be for %s', (member) => {
    const exception = `account: relay@acme-ops.iam.gserviceaccount.com, member: "${member}", reason: x, owner: y, expires: 2027-03-01`;
    const { exceptions } = accepted(`${fileWith({})}\nexceptions: [{ ${exception} }]`);
    expect(exceptions).toMatchObject([{ member }]);
  });
});

describe('a chain', () => {
  const jwt = '{ kind: signed-jwt, claims: { aud: https://receiver.example.com/jwt/ } }';
  const id = '{ kind: id-token, audience: https://partner.example.com }';
  const cases: { title: string; file: Parameters<typeof fileWith>[0]; expected: object }[] = [
    {
      title: 'takes absent keys from the defaults of the file',
      file: {
        top: 'defaults: { lifetime: 50m, rotateEvery: 20m, retryWindow: 8m, minValidity: 4m }',
      },
      expected: {
        credential: { lifetimeSeconds: 3000 },
        rotateEverySeconds: 1200,
        retryWindowSeconds: 480,
        minValiditySeconds: 240,
      },
    },
    {
      title: 'prefers its own keys to the defaults',
      file: {
        top: 'defaults: { lifetime: 50m, rotateEvery: 20m, retryWindow: 8m, minValidity: 4m }',
        chain: 'rotateEvery: 5m\n    retryWindow: 90s\n    minValidity: 0s',
        credential:
          '{ kind: access-token, scopes: [https://www.googleapis.com/auth/bigquery], lifetime: 30m }',
      },
      expected: {
        credential: { lifetimeSeconds: 1800 },
        rotateEverySeconds: 300,
        retryWindowSeconds: 90,
        minValiditySeconds: 0,
      },
    },
    {
      title: 'with an ID token ignores the default lifetime',
      file: { top: 'defaults: { lifetime: 12h }', credential: id },
      expected: {
        credential: {
          kind: 'id-token',
          audience: 'https://partner.example.com',
          includeEmail: false,
        },
      },
    },
    {
      title: 'with a signed JWT lasts for one hour and allows no exchange',
      file: { credential: jwt },
      expected: {
        credential: {
          kind: 'signed-jwt',
          claims: { aud: 'https://receiver.example.com/jwt/' },
          lifetimeSeconds: 3600,
          allowTokenExchange: false,
        },
      },
    },
    {
      title: 'with a blob of text signs its UTF-8 bytes',
      file: { credential: '{ kind: signed-blob, payload: { text: "größe" } }' },
      expected: { credential: { payload: Buffer.from('größe', 'utf8').toString('base64') } },
    },
    {
      title: 'with a blob may sign 8 KiB',
      file: { credential: `{ kind: signed-blob, payload: { text: ${'A'.repeat(8192)} } }` },
      expected: { credential: { payload: Buffer.from('A'.repeat(8192)).toString('base64') } },
    },
    {
      title: 'with a blob of base64 over several lines signs what it encodes',
      file: {
        credential:
          '\n      kind: signed-blob\n      payload:\n        base64: |\n          AAEC\n          AwQ=',
      },
      expected: { credential: { payload: 'AAECAwQ=' } },
    },
    {
      title: 'may rotate a blob every eleven hours, because Google keeps the key for twelve',
      file: {
        credential: '{ kind: signed-blob, payload: { text: x } }',
        chain: 'rotateEvery: 11h',
      },
      expected: { rotateEverySeconds: 39_600 },
    },
    {
      title: 'may use its lifetime up to the last second',
      file: { chain: 'rotateEvery: 43m' },
      expected: { rotateEverySeconds: 2580 },
    },
    {
      title: 'has each scope once, by its long name',
      file: {
        credential:
          '{ kind: access-token, scopes: [openid, email, https://www.googleapis.com/auth/userinfo.email] }',
      },
      expected: {
        credential: { scopes: ['openid', 'https://www.googleapis.com/auth/userinfo.email'] },
      },
    },
    {
      title: 'may have prn, scope and a token endpoint if exchange is allowed',
      file: {
        credential:
          '{ kind: signed-jwt, allowTokenExchange: true, claims: { prn: ada@acme.com, scope: x, aud: https://oauth2.googleapis.com/token } }',
      },
      expected: { credential: { claims: { prn: 'ada@acme.com' }, allowTokenExchange: true } },
    },
    {
      title: 'may sign the input of a JWT if exchange is allowed',
      file: {
        credential:
          '{ kind: signed-blob, allowTokenExchange: true, payload: { text: eyJhbGciOiJSUzI1NiJ9.e30 } }',
      },
      expected: { credential: { allowTokenExchange: true } },
    },
    {
      title: 'is paused until the midnight of a day in UTC',
      file: { chain: 'paused: { until: 2026-12-01, reason: INC-1234 }' },
      expected: { paused: { until: new Date('2026-12-01T00:00:00Z'), reason: 'INC-1234' } },
    },
    {
      title: 'is paused until a time in another zone',
      file: { chain: 'paused: { until: 2026-12-01T09:00:00+01:00, reason: INC-1234 }' },
      expected: { paused: { until: new Date('2026-12-01T08:00:00Z'), reason: 'INC-1234' } },
    },
  ];
  it.each(cases)('$title', ({ file, expected }) => {
    expect(chainOf(fileWith(file))).toMatchObject(expected);
  });
});

describe('a target', () => {
  const email = 'vault@acme-data.iam.gserviceaccount.com';
  const uniqueId = '104857600000000000001';
  const cases: { title: string; target: string; expected: object }[] = [
    { title: 'is an email', target: email, expected: { email } },
    { title: 'is a quoted unique ID', target: `"${uniqueId}"`, expected: { uniqueId } },
    {
      title: 'is an unquoted unique ID, to its last digit',
      target: uniqueId,
      expected: { uniqueId },
    },
    {
      title: 'is both',
      target: `{ email: ${email}, uniqueId: ${uniqueId} }`,
      expected: { email, uniqueId },
    },
    {
      title: 'is an email in its resource name',
      target: `projects/-/serviceAccounts/${email}`,
      expected: { email },
    },
    {
      title: 'is a unique ID in its resource name',
      target: `projects/-/serviceAccounts/${uniqueId}`,
      expected: { uniqueId },
    },
    {
      title: 'is both in their resource names',
      target: `{ email: projects/-/serviceAccounts/${email}, uniqueId: projects/-/serviceAccounts/${uniqueId} }`,
      expected: { email, uniqueId },
    },
  ];
  it.each(cases)('$title', ({ target, expected }) => {
    expect(chainOf(fileWith({ target })).target).toEqual(expected);
  });
});
