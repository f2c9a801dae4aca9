import { parseChainFiles } from '../../../shared/domain/chain-file/parse.ts';
import { edited, faultsOf, RIGHT, type Row } from './rows.ts';

const ADMINISTRATOR = {
  member: 'group:org-admins@acme.com',
  on: 'organizations/900000000001',
  reviewed: '2026-11-01',
};
/** The administrators are on line 29 and the lines after it. */
const fileWith = (...administrators: Partial<typeof ADMINISTRATOR>[]) =>
  `${RIGHT}administrators:\n${administrators.map((one) => `  - ${JSON.stringify(one)}\n`).join('')}`;
const changed = (edit: Partial<typeof ADMINISTRATOR>) => fileWith({ ...ADMINISTRATOR, ...edit });

describe('a declared administrator', () => {
  const accepted = [
    { title: 'of an organization', on: 'organizations/900000000001' },
    { title: 'of a folder', on: 'folders/800000000001' },
    { title: 'of a project', on: 'projects/acme-ops' },
    { title: 'of a project of a domain', on: 'projects/example.com:acme-ops' },
    {
      title: 'of an account',
      on: 'projects/acme-ops/serviceAccounts/relay@acme-ops.iam.gserviceaccount.com',
    },
  ];
  it.each(accepted)('is kept: $title', ({ on }) => {
    const { file } = parseChainFiles(
      [{ path: 'chains.yaml', text: changed({ on }) }],
      new Date('2026-11-22T12:00:00Z'),
    );
    expect(file?.administrators).toEqual([
      { ...ADMINISTRATOR, on, reviewed: new Date('2026-11-01T00:00:00Z') },
    ]);
  });

  const refused: { title: string; text: string; faults: string[] }[] = [
    {
      title: 'that is everyone',
      text: changed({ member: 'allAuthenticatedUsers' }),
      faults: [
        '29:15: error: allAuthenticatedUsers is everyone: an administrator must not be everyone, so name the members',
      ],
    },
    {
      title: 'that is a domain',
      text: changed({ member: 'domain:acme.com' }),
      faults: [
        '29:15: error: "domain:acme.com" is a whole domain: an administrator must not be everyone who joins it, so name a group or the members',
      ],
    },
    {
      title: 'without the day of a review',
      text: fileWith({ member: ADMINISTRATOR.member, on: ADMINISTRATOR.on }),
      faults: ['29:5: error: "reviewed" is missing: write reviewed: 2026-11-01'],
    },
    {
      title: 'on a project by its number',
      text: changed({ on: 'projects/700000000001' }),
      faults: ['29:48: error: write the ID of the project, not its number'],
    },
    {
      title: 'on an account without its project',
      text: changed({ on: 'relay@acme-ops.iam.gserviceaccount.com' }),
      faults: [
        '29:48: error: write the project too: projects/P/serviceAccounts/relay@acme-ops.iam.gserviceaccount.com',
      ],
    },
    {
      title: 'on a secret',
      text: changed({ on: 'projects/acme-ops/secrets/one' }),
      faults: [
        '29:48: error: "projects/acme-ops/secrets/one" is not a resource above a chain: write on: organizations/900000000001, or a folder, a project or an account',
      ],
    },
    {
      title: 'that is listed twice',
      text: fileWith(ADMINISTRATOR, { ...ADMINISTRATOR, member: 'group:Org-Admins@acme.com' }),
      faults: [
        '30:15: error: group:Org-Admins@acme.com is already an administrator of organizations/900000000001: leave one out',
      ],
    },
    {
      title: 'with a review in the future',
      text: changed({ reviewed: '2026-11-23' }),
      faults: [
        '29:88: error: this day is in the future: write the day on which somebody reviewed this',
      ],
    },
    {
      title: 'with a review more than a year ago',
      text: changed({ reviewed: '2025-11-01' }),
      faults: [
        '29:88: warning: nobody has reviewed this administrator for more than a year: ask whether the member still needs this power, and write the new day',
      ],
    },
    {
      title: 'in a list without any',
      text: `${RIGHT}administrators: []\n`,
      faults: ['28:17: error: there is no administrator: name at least one, or leave this key out'],
    },
  ];
  it.each(refused)('is reported, with its place: one $title', ({ text, faults }) => {
    expect(faultsOf(text)).toEqual(faults);
  });
});

describe('the check of the exceptions', () => {
  const cases: Row[] = [
    {
      title: 'an exception for everyone',
      edits: [['group:oncall@acme.com', 'allUsers']],
      faults: [
        '24:13: error: allUsers is everyone: an exception must not be for everyone, so name the members',
      ],
    },
    {
      title: 'an exception for everyone who is signed in',
      edits: [['group:oncall@acme.com', 'allAuthenticatedUsers']],
      faults: [
        '24:13: error: allAuthenticatedUsers is everyone: an exception must not be for everyone, so name the members',
      ],
    },
    {
      title: 'an exception for a domain',
      edits: [['group:oncall@acme.com', 'domain:acme.com']],
      faults: [
        '24:13: error: "domain:acme.com" is a whole domain: an exception must not be for everyone who joins it, so name a group or the members',
      ],
    },
    {
      title: 'an exception for all accounts of a customer',
      edits: [['group:oncall@acme.com', 'principalSet://goog/cloudIdentityCustomerId/C01']],
      faults: [
        '24:13: error: "principalSet://goog/cloudIdentityCustomerId/C01" is a whole domain: an exception must not be for everyone who joins it, so name a group or the members',
      ],
    },
    {
      title: 'an exception that has ended',
      edits: [['2027-03-01', '2026-11-22']],
      faults: [
        '27:14: warning: this exception has expired, and the audit reports it: leave it out, or write a later expiry',
      ],
    },
    {
      title: 'nothing about an exception of a year',
      edits: [['2027-03-01', '2027-11-22']],
      faults: [],
    },
    {
      title: 'an exception that ends in more than a year',
      edits: [['2027-03-01', '9999-12-31']],
      faults: [
        '27:14: warning: this is more than a year away: write an earlier end, and renew it then',
      ],
    },
    {
      title: 'a pause that ends in more than a year',
      edits: [['tickEvery: 1m', 'tickEvery: 1m\npaused: { until: 9999-01-01, reason: INC-1234 }']],
      faults: [
        '3:18: warning: this is more than a year away: write an earlier end, and renew it then',
      ],
    },
    {
      title: 'an exception for an email with a Cyrillic letter',
      edits: [['group:oncall@acme.com', 'group:onc\u0430ll@acme.com']],
      faults: [
        '24:13: error: "group:onc\\u0430ll@acme.com" contains U+0430, which no email has: type it again, because this character can look like another one, or be invisible',
      ],
    },
    {
      title: 'an exception for a bare email',
      edits: [['group:oncall@acme.com', 'oncall@acme.com']],
      faults: [
        '24:13: error: "oncall@acme.com" is not a member: write it as in IAM, for example group:oncall@acme.com, user:ada@acme.com or serviceAccount:…',
      ],
    },
    {
      title: 'an exception for a bare account',
      edits: [['group:oncall@acme.com', 'oncall@acme-ops.iam.gserviceaccount.com']],
      faults: ['24:13: error: write serviceAccount:oncall@acme-ops.iam.gserviceaccount.com'],
    },
    {
      title: 'an exception without an account',
      edits: [['- account: relay@acme-ops.iam.gserviceaccount.com\n    member', '- member']],
      faults: [
        '23:5: error: "account" is missing: write account: relay@acme-ops.iam.gserviceaccount.com',
      ],
    },
    {
      title: 'an exception without a reason',
      edits: [['    reason: break-glass, INC-1234\n', '']],
      faults: ['23:5: error: "reason" is missing: write reason: break-glass, INC-1234'],
    },
    {
      title: 'an exception without an owner',
      edits: [['    owner: platform@acme.com\n', '']],
      faults: ['23:5: error: "owner" is missing: write owner: platform@acme.com'],
    },
    {
      title: 'an exception that never expires',
      edits: [['    expires: 2027-03-01\n', '']],
      faults: ['23:5: error: "expires" is missing: write expires: 2027-03-01'],
    },
    {
      title: 'an exception with a blank reason',
      edits: [['reason: break-glass, INC-1234', 'reason: " "']],
      faults: ['25:13: error: this is empty: write reason: break-glass, INC-1234'],
    },
  ];
  it.each(cases)('reports $title, with its place and what to write', ({ edits, faults }) => {
    expect(faultsOf(edited(edits))).toEqual(faults);
  });
});

describe('the check of access tokens and ID tokens', () => {
  const cases: Row[] = [
    {
      title: 'an access token without scopes',
      edits: [[', scopes: [https://www.googleapis.com/auth/bigquery]', '']],
      faults: [
        '8:17: error: "scopes" is missing: write scopes: [https://www.googleapis.com/auth/bigquery.readonly]',
      ],
    },
    {
      title: 'an access token with an empty list of scopes',
      edits: [['[https://www.googleapis.com/auth/bigquery]', '[]']],
      faults: [
        '8:47: error: an access token needs at least one scope: write scopes: [https://www.googleapis.com/auth/bigquery.readonly]',
      ],
    },
    {
      title: 'one scope that is not in a list',
      edits: [
        ['[https://www.googleapis.com/auth/bigquery]', 'https://www.googleapis.com/auth/bigquery'],
      ],
      faults: [
        '8:47: error: scopes is a text: write scopes: [https://www.googleapis.com/auth/bigquery.readonly]',
      ],
    },
    {
      title: 'a scope by its short name',
      edits: [['[https://www.googleapis.com/auth/bigquery]', '[bigquery]']],
      faults: [
        '8:48: error: "bigquery" is not a scope: write its URL, as in https://www.googleapis.com/auth/bigquery, or openid, email or profile',
      ],
    },
    {
      title: 'a scope over http',
      edits: [
        [
          '[https://www.googleapis.com/auth/bigquery]',
          '["http://www.googleapis.com/auth/bigquery"]',
        ],
      ],
      faults: [
        '8:48: error: write https:// instead of http:// in "http://www.googleapis.com/auth/bigquery"',
      ],
    },
    {
      title: 'two scopes in one text',
      edits: [['[https://www.googleapis.com/auth/bigquery]', '[openid email]']],
      faults: ['8:48: error: this text contains several scopes: write a list'],
    },
    {
      title: 'the key scope instead of scopes',
      edits: [['scopes:', 'scope:']],
      faults: [
        '8:17: error: "scopes" is missing: write scopes: [https://www.googleapis.com/auth/bigquery.readonly]',
        '8:39: error: the key "scope" is unknown here: did you mean "scopes"?',
      ],
    },
    {
      title: 'a lifetime over twelve hours',
      edits: [['auth/bigquery] }', 'auth/bigquery], lifetime: 13h }']],
      faults: [
        '8:101: error: no credential from Google lasts longer than 12h: write lifetime: 12h or less',
      ],
    },
    {
      title: 'a lifetime of zero',
      edits: [['auth/bigquery] }', 'auth/bigquery], lifetime: 0s }']],
      faults: ['8:101: error: a lifetime must be longer than 0: write lifetime: 1h'],
    },
    {
      title: 'an ID token with a lifetime',
      edits: [['partner.example.com }', 'partner.example.com, lifetime: 1h }']],
      faults: ['12:74: error: an ID token always lasts for 1h: leave the lifetime out'],
    },
    {
      title: 'an ID token without an audience',
      edits: [[', audience: https://partner.example.com', '']],
      faults: ['12:17: error: "audience" is missing: write audience: https://partner.example.com'],
    },
    {
      title: 'an ID token with an empty audience',
      edits: [['audience: https://partner.example.com', 'audience: ""']],
      faults: ['12:45: error: this is empty: write audience: https://partner.example.com'],
    },
    {
      title: 'yes instead of true',
      edits: [['partner.example.com }', 'partner.example.com, includeEmail: yes }']],
      faults: ['12:88: error: includeEmail is a text: write includeEmail: true'],
    },
  ];
  it.each(cases)('reports $title, with its place and what to write', ({ edits, faults }) => {
    expect(faultsOf(edited(edits))).toEqual(faults);
  });
});
