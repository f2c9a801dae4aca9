import { edited, faultsOf, type Row } from './rows.ts';

describe('the check of the YAML syntax', () => {
  const cases: Row[] = [
    {
      title: 'a tab that indents',
      edits: [
        [
          '    secret: projects/acme-ops/secrets/partner-api',
          '\t\tsecret: projects/acme-ops/secrets/partner-api',
        ],
      ],
      faults: ['13:1: error: a tab cannot indent YAML: use spaces'],
    },
    {
      title: 'a bracket that is not closed',
      edits: [
        [
          '[https://www.googleapis.com/auth/bigquery] }',
          '[https://www.googleapis.com/auth/bigquery }',
        ],
      ],
      faults: [
        '8:89: error: this line is not indented like the lines around it, or a bracket before it is not closed',
      ],
    },
    {
      title: 'a quote that is not closed',
      edits: [['reason: break-glass, INC-1234', 'reason: "break-glass, INC-1234']],
      faults: ['25:13: error: this quote is never closed: close it'],
    },
    {
      title: 'a line that is indented too little',
      edits: [['    owner: platform@acme.com', '   owner: platform@acme.com']],
      faults: [
        '26:1: error: a bracket is not closed, a comma or a ":" is missing, or this line is not indented like the lines around it',
      ],
    },
    {
      title: 'a text with ": " in it',
      edits: [['reason: break-glass, INC-1234', 'reason: break-glass: INC-1234']],
      faults: [
        '25:13: error: a second ": " in one value: put the value in quotes, or indent its line as its neighbours are',
      ],
    },
    {
      title: 'a text that begins with @',
      edits: [['owner: platform@acme.com', 'owner: @platform']],
      faults: ['26:12: error: a text cannot begin with this character: put the text in quotes'],
    },
    {
      title: 'an unknown escape',
      edits: [['reason: break-glass, INC-1234', 'reason: "break\\glass"']],
      faults: [
        '25:19: error: there is no such escape in "…": write \\\\ for a backslash, or use single quotes',
      ],
    },
    {
      title: 'a key that is written twice',
      edits: [['tickEvery: 1m', 'tickEvery: 1m\ntickEvery: 2m']],
      faults: ['3:1: error: "tickEvery" stands twice in one mapping: leave one out'],
    },
    {
      title: 'a key in brackets',
      edits: [['tickEvery: 1m', '[tickEvery]: 1m']],
      faults: ['2:1: error: a key is a plain name: write it without brackets'],
    },
    {
      title: 'a second document',
      edits: [['exceptions:', '---\nexceptions:']],
      faults: [
        '23:1: error: a second document begins here: a chain file is one, so leave the "---" out',
      ],
    },
    {
      title: 'a tag',
      edits: [['tickEvery: 1m', 'tickEvery: !env TICK']],
      faults: ['2:12: error: tags mean nothing in a chain file: leave the "!…" out'],
    },
    {
      title: 'an alias without an anchor',
      edits: [['tickEvery: 1m', 'tickEvery: *tick']],
      faults: ['2:12: error: there is no anchor &tick before this: write the value out'],
    },
    {
      title: 'an alias inside its anchor',
      edits: [['[relay@acme-ops.iam.gserviceaccount.com]', '&relays [*relays]']],
      faults: ['6:25: error: *relays is inside its own anchor: write the value out'],
    },
    {
      title: 'a merge of a value that is not a mapping',
      edits: [['tickEvery: 1m', '<<: 1m']],
      faults: ['2:5: error: << takes a mapping, as in <<: *common'],
    },
    {
      title: 'a key that an object cannot have',
      edits: [['tickEvery: 1m', '__proto__: {}']],
      faults: ['2:1: error: no key can have this name: leave it out'],
    },
  ];
  it.each(cases)('reports $title, with its place and what to write', ({ edits, faults }) => {
    expect(faultsOf(edited(edits))).toEqual(faults);
  });
});

const BIGQUERY = 'scopes: [https://www.googleapis.com/auth/bigquery]';
const CLAIMS = 'claims: { aud: https://receiver.example.com/jwt/ }';

describe('a chain file is accepted with advice', () => {
  const cases: Row[] = [
    {
      title: 'when an access token lasts over one hour',
      edits: [[BIGQUERY, `${BIGQUERY}, lifetime: 2h`]],
      faults: [
        '8:101: hint: access tokens over 1h need the target in the allowed values of constraints/iam.allowServiceAccountCredentialLifetimeExtension: check that it is there, or write lifetime: 1h',
      ],
    },
    {
      title: 'when a signed JWT lasts over one hour',
      edits: [[CLAIMS, `${CLAIMS}, lifetime: 2h`]],
      faults: [
        '16:99: warning: signed JWTs of 2h are refused by Google’s own APIs, which accept at most 1h: write lifetime: 1h, unless another service accepts the JWT',
      ],
    },
    {
      title: 'once, when the default lifetime is over one hour',
      edits: [
        ['lifetime: 1h', 'lifetime: 2h'],
        [
          'kind: id-token, audience: https://partner.example.com',
          `kind: access-token, ${BIGQUERY}`,
        ],
      ],
      faults: [
        '3:23: warning: signed JWTs of 2h are refused by Google’s own APIs, which accept at most 1h: write lifetime: 1h, unless another service accepts the JWT',
        '3:23: hint: access tokens over 1h need the target in the allowed values of constraints/iam.allowServiceAccountCredentialLifetimeExtension: check that it is there, or write lifetime: 1h',
      ],
    },
    {
      title: 'when a JWT is signed by an account known by its unique ID',
      edits: [['target: vault@acme-data.iam.gserviceaccount.com', 'target: 104857600000000000000']],
      faults: [
        '15:13: hint: iss and sub will be this unique ID, but Google’s APIs expect the email: write both, as { email: …, uniqueId: … }',
      ],
    },
    {
      title: 'when an API of Google takes a signed JWT as a bearer token',
      edits: [['https://receiver.example.com/jwt/', 'https://firestore.googleapis.com/']],
      faults: [
        '16:52: hint: "https://firestore.googleapis.com/" is an API of Google, which takes this JWT as a bearer token: its holder can call the API as the target, without the limits of a scope. Mint an access-token with a scope if the API has one',
      ],
    },
    {
      title: 'when Identity-Aware Proxy gets an ID token without an email',
      edits: [
        ['audience: https://partner.example.com', 'audience: 7-a.apps.googleusercontent.com'],
      ],
      faults: [
        '12:45: hint: Identity-Aware Proxy accepts an ID token only with the email: write includeEmail: true',
      ],
    },
    {
      title: 'when another chain mints the same without delegates',
      edits: [
        [/kind: id-token.*/, `kind: access-token, ${BIGQUERY} }`],
        ['partner@', 'reader@'],
      ],
      faults: [
        '6:5: hint: the chain partner-api mints the same kind for this target without delegates: the direct flow is simpler, so leave them out here too',
      ],
    },
    {
      title: 'when it counts on more writes than the default quota of Google',
      edits: [['tickEvery: 1m', 'writesPerMinute: 601']],
      faults: [
        '2:18: hint: Secret Manager allows 600 writes a minute by default: check that your quota is higher, or write writesPerMinute: 540',
      ],
    },
    {
      title: 'when a pause of the file has ended',
      edits: [['tickEvery: 1m', 'paused: { until: 2026-11-22, reason: INC-1234 }']],
      faults: [
        '2:18: warning: this time is in the past, so nothing is paused: leave "paused" out, or write a later time',
      ],
    },
    {
      title: 'when a pause of a chain ends at this second',
      edits: [
        [
          'name: partner-api',
          'name: partner-api\n    paused: { until: 2026-11-22T12:00:00Z, reason: INC-1234 }',
        ],
      ],
      faults: [
        '11:22: warning: this time is in the past, so nothing is paused: leave "paused" out, or write a later time',
      ],
    },
    {
      title: 'when an exception has expired',
      edits: [['expires: 2027-03-01', 'expires: 2026-03-01']],
      faults: [
        '27:14: warning: this exception has expired, and the audit reports it: leave it out, or write a later expiry',
      ],
    },
  ];
  it.each(cases)('$title', ({ edits, faults }) => {
    expect(faultsOf(edited(edits))).toEqual(faults);
  });
});

describe('a chain file is accepted without advice', () => {
  const cases: Row[] = [
    {
      title: 'when another chain mints another kind for the same target without delegates',
      edits: [['partner@', 'reader@']],
      faults: [],
    },
    {
      title: 'when another chain mints the same kind for another target without delegates',
      edits: [[/kind: id-token.*/, `kind: access-token, ${BIGQUERY} }`]],
      faults: [],
    },
    {
      title: 'when another chain reaches the same target through another delegate',
      edits: [
        [/kind: id-token.*/, `kind: access-token, ${BIGQUERY} }`],
        [
          'partner@acme-data.iam.gserviceaccount.com',
          'reader@acme-data.iam.gserviceaccount.com\n    delegates: [other@acme-ops.iam.gserviceaccount.com]',
        ],
      ],
      faults: [],
    },
    {
      title: 'when a JWT is signed by an account that is pinned',
      edits: [
        [
          'target: vault@acme-data.iam.gserviceaccount.com',
          'target: { email: vault@acme-data.iam.gserviceaccount.com, uniqueId: 104857600000000000000 }',
        ],
      ],
      faults: [],
    },
    {
      title: 'when an ID token or a blob has a default lifetime of two hours',
      edits: [
        ['lifetime: 1h', 'lifetime: 2h'],
        [BIGQUERY, `${BIGQUERY}, lifetime: 1h`],
        [CLAIMS, `${CLAIMS}, lifetime: 1h`],
      ],
      faults: [],
    },
    {
      title: 'when its planned writes are exactly at the limit',
      edits: [
        ['tickEvery: 1m', 'writesPerMinute: 2'],
        ['rotateEvery: 30m', 'rotateEvery: 10m'],
        ['name: partner-api', 'name: partner-api\n    rotateEvery: 6m'],
      ],
      faults: [],
    },
    {
      title: 'when no single project is over the limit',
      edits: [
        ['tickEvery: 1m', 'writesPerMinute: 2'],
        ['rotateEvery: 30m', 'rotateEvery: 6m'],
        ['projects/acme-ops/secrets/partner-api', 'projects/acme-data/secrets/partner-api'],
        ['projects/acme-ops/secrets/release-stamp', 'projects/acme-data/secrets/release-stamp'],
      ],
      faults: [],
    },
  ];
  it.each(cases)('$title', ({ edits }) => {
    expect(faultsOf(edited(edits))).toEqual([]);
  });
});
