import { edited, faultsOf, type Row } from './rows.ts';

describe('the check of keys and types', () => {
  const cases: Row[] = [
    [
      'an unknown key',
      [['tickEvery: 1m', 'tickevry: 1m']],
      ['2:1: error: the key "tickevry" is unknown here: did you mean "tickEvery"?'],
    ],
    [
      'a key of another tool',
      [['target: stamp@acme', 'trget: stamp@acme']],
      [
        '18:5: error: "target" is missing: write target: reader@acme-data.iam.gserviceaccount.com',
        '19:5: error: the key "trget" is unknown here: did you mean "target"?',
      ],
    ],
    [
      'a key that belongs elsewhere',
      [['name: billing-export', 'name: billing-export\n    lifetime: 1h']],
      ['6:5: error: "lifetime" belongs to the credential: write it in credential: { … }'],
    ],
    [
      'a key that resembles no known key',
      [['tickEvery: 1m', 'region: europe-west1']],
      [
        '2:1: error: the key "region" is unknown here: the keys are $schema, caller, publishTo, tickEvery, writesPerMinute, defaults, grants, grantFor, paused, exceptions, chains',
      ],
    ],
    [
      'no caller',
      [['caller: minter@acme-ops.iam.gserviceaccount.com\n', '']],
      ['1:1: error: "caller" is missing: write caller: minter@acme-ops.iam.gserviceaccount.com'],
    ],
    [
      'no chains',
      [[/chains:\n[\s\S]*(?=exceptions)/, 'chains: []\n']],
      ['4:9: error: there is no chain: write at least one, or pause the file'],
    ],
    [
      'chains in a mapping',
      [[/chains:\n[\s\S]*(?=exceptions)/, 'chains: { a: b }\n']],
      ['4:9: error: chains is a mapping: write chains: and a list of them'],
    ],
    [
      'a chain without a target',
      [['    target: reader@acme-data.iam.gserviceaccount.com\n', '']],
      ['5:5: error: "target" is missing: write target: reader@acme-data.iam.gserviceaccount.com'],
    ],
    [
      'a chain with an empty target',
      [['target: reader@acme-data.iam.gserviceaccount.com', 'target:']],
      ['7:5: error: target is empty: write target: reader@acme-data.iam.gserviceaccount.com'],
    ],
    [
      'a chain without a credential',
      [['    credential: { kind: id-token, audience: https://partner.example.com }\n', '']],
      [
        '10:5: error: "credential" is missing: write credential: { kind: access-token, scopes: […] }',
      ],
    ],
    [
      'a chain without a secret',
      [['    secret: projects/acme-ops/secrets/release-stamp\n', '']],
      ['18:5: error: "secret" is missing: write secret: projects/acme-ops/secrets/billing-export'],
    ],
    [
      'a name in capitals',
      [['name: partner-api', 'name: PartnerAPI']],
      [
        '10:11: error: "PartnerAPI" is not a name: write a lower-case letter, then up to 62 lower-case letters, digits and "-"',
      ],
    ],
    [
      'a name that is too long',
      [['name: partner-api', `name: p${'x'.repeat(63)}`]],
      [
        '10:11: error: "pxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..." is not a name: write a lower-case letter, then up to 62 lower-case letters, digits and "-"',
      ],
    ],
    [
      'a credential without a kind',
      [['kind: id-token, ', '']],
      [
        '12:17: error: "kind" is missing: write kind: access-token, id-token, signed-jwt, signed-blob',
      ],
    ],
    [
      'an unknown kind',
      [['kind: id-token', 'kind: oidc']],
      [
        '12:25: error: "oidc" is not a kind: write kind: access-token, id-token, signed-jwt, signed-blob',
      ],
    ],
    [
      'a misspelt kind',
      [['kind: access-token', 'kind: acces-token']],
      ['8:25: error: "acces-token" is not a kind: did you mean "access-token"?'],
    ],
    [
      'an unknown format',
      [
        [
          'secret: projects/acme-ops/secrets/partner-api',
          'secret: projects/acme-ops/secrets/partner-api\n    format: yaml',
        ],
      ],
      ['14:13: error: format cannot be "yaml": write format: raw, json or header'],
    ],
    [
      'a version of a secret',
      [['secrets/partner-api', 'secrets/partner-api/versions/latest']],
      ['13:13: error: write the secret without the version: projects/acme-ops/secrets/partner-api'],
    ],
    [
      'a regional secret',
      [
        [
          'projects/acme-ops/secrets/partner-api',
          'projects/acme-ops/locations/europe-west1/secrets/partner-api',
        ],
      ],
      ['13:13: error: regional secrets are not supported: write projects/P/secrets/S'],
    ],
    [
      'a secret by the number of its project',
      [['projects/acme-ops/secrets/partner-api', 'projects/700000000001/secrets/partner-api']],
      [
        '13:13: error: write the ID of the project, not its number, so that each secret has one name',
      ],
    ],
    [
      'a secret by its short name',
      [['projects/acme-ops/secrets/partner-api', 'partner-api']],
      ['13:13: error: "partner-api" is not a secret: write projects/P/secrets/S'],
    ],
    [
      'a duration without a unit',
      [['tickEvery: 1m', 'tickEvery: 60']],
      ['2:12: error: 60 has no unit: write 60s, or 1m'],
    ],
    [
      'a quoted duration without a unit',
      [['rotateEvery: 30m', 'rotateEvery: "1800"']],
      ['3:40: error: 1800 has no unit: write 1800s, or 30m'],
    ],
    [
      'a duration in words',
      [['rotateEvery: 30m', 'rotateEvery: 30 minutes']],
      [
        '3:40: error: "30 minutes" is not a duration: write a whole number and s, m or h, as in rotateEvery: 30m',
      ],
    ],
    [
      'a tick interval that Cloud Scheduler does not support',
      [['tickEvery: 1m', 'tickEvery: 90s']],
      ['2:12: error: Cloud Scheduler works in whole minutes: write tickEvery: 1m or more'],
    ],
    [
      'a quota of zero',
      [['tickEvery: 1m', 'writesPerMinute: 0']],
      [
        '2:18: error: write writesPerMinute: 540, or another number within the quota of your projects',
      ],
    ],
  ];
  it.each(cases)('reports %s, with its place and what to write', (_title, edits, faults) => {
    expect(faultsOf(edited(edits))).toEqual(faults);
  });
});
