import { edited, faultsOf, type Row } from './rows.ts';

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
