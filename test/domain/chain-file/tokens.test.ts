import { edited, faultsOf, type Row } from './rows.ts';

describe('the check of access tokens and ID tokens', () => {
  const cases: Row[] = [
    [
      'an access token without scopes',
      [[', scopes: [https://www.googleapis.com/auth/bigquery]', '']],
      [
        '8:17: error: "scopes" is missing: write scopes: [https://www.googleapis.com/auth/bigquery.readonly]',
      ],
    ],
    [
      'an access token with an empty list of scopes',
      [['[https://www.googleapis.com/auth/bigquery]', '[]']],
      [
        '8:47: error: an access token needs at least one scope: write scopes: [https://www.googleapis.com/auth/bigquery.readonly]',
      ],
    ],
    [
      'one scope that is not in a list',
      [['[https://www.googleapis.com/auth/bigquery]', 'https://www.googleapis.com/auth/bigquery']],
      [
        '8:47: error: scopes is a text: write scopes: [https://www.googleapis.com/auth/bigquery.readonly]',
      ],
    ],
    [
      'a scope by its short name',
      [['[https://www.googleapis.com/auth/bigquery]', '[bigquery]']],
      [
        '8:48: error: "bigquery" is not a scope: write its URL, as in https://www.googleapis.com/auth/bigquery, or openid, email or profile',
      ],
    ],
    [
      'a scope over http',
      [
        [
          '[https://www.googleapis.com/auth/bigquery]',
          '["http://www.googleapis.com/auth/bigquery"]',
        ],
      ],
      [
        '8:48: error: write https:// instead of http:// in "http://www.googleapis.com/auth/bigquery"',
      ],
    ],
    [
      'two scopes in one text',
      [['[https://www.googleapis.com/auth/bigquery]', '[openid email]']],
      ['8:48: error: this text contains several scopes: write a list'],
    ],
    [
      'the key scope instead of scopes',
      [['scopes:', 'scope:']],
      [
        '8:17: error: "scopes" is missing: write scopes: [https://www.googleapis.com/auth/bigquery.readonly]',
        '8:39: error: the key "scope" is unknown here: did you mean "scopes"?',
      ],
    ],
    [
      'a lifetime over twelve hours',
      [['auth/bigquery] }', 'auth/bigquery], lifetime: 13h }']],
      [
        '8:101: error: no credential from Google lasts longer than 12h: write lifetime: 12h or less',
      ],
    ],
    [
      'a lifetime of zero',
      [['auth/bigquery] }', 'auth/bigquery], lifetime: 0s }']],
      ['8:101: error: a lifetime must be longer than 0: write lifetime: 1h'],
    ],
    [
      'an ID token with a lifetime',
      [['partner.example.com }', 'partner.example.com, lifetime: 1h }']],
      ['12:74: error: an ID token always lasts for 1h: leave the lifetime out'],
    ],
    [
      'an ID token without an audience',
      [[', audience: https://partner.example.com', '']],
      ['12:17: error: "audience" is missing: write audience: https://partner.example.com'],
    ],
    [
      'an ID token with an empty audience',
      [['audience: https://partner.example.com', 'audience: ""']],
      ['12:45: error: this is empty: write audience: https://partner.example.com'],
    ],
    [
      'yes instead of true',
      [['partner.example.com }', 'partner.example.com, includeEmail: yes }']],
      ['12:88: error: includeEmail is a text: write includeEmail: true'],
    ],
  ];
  it.each(cases)('reports %s, with its place and what to write', (_title, edits, faults) => {
    expect(faultsOf(edited(edits))).toEqual(faults);
  });
});
