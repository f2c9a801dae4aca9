import { edited, faultsOf, type Row } from './rows.ts';

describe('the check of keys and types', () => {
  const cases: Row[] = [
    {
      title: 'an unknown key',
      edits: [['tickEvery: 1m', 'tickevry: 1m']],
      faults: ['2:1: error: the key "tickevry" is unknown here: did you mean "tickEvery"?'],
    },
    {
      title: 'a key of another tool',
      edits: [['target: stamp@acme', 'trget: stamp@acme']],
      faults: [
        '18:5: error: "target" is missing: write target: reader@acme-data.iam.gserviceaccount.com',
        '19:5: error: the key "trget" is unknown here: did you mean "target"?',
      ],
    },
    {
      title: 'a key that belongs elsewhere',
      edits: [['name: billing-export', 'name: billing-export\n    lifetime: 1h']],
      faults: ['6:5: error: "lifetime" belongs to the credential: write it in credential: { … }'],
    },
    {
      title: 'a key that resembles no known key',
      edits: [['tickEvery: 1m', 'region: europe-west1']],
      faults: [
        '2:1: error: the key "region" is unknown here: the keys are $schema, caller, publishTo, publishers, tickEvery, writesPerMinute, defaults, grants, grantFor, paused, exceptions, administrators, chains',
      ],
    },
    {
      title: 'no caller',
      edits: [['caller: minter@acme-ops.iam.gserviceaccount.com\n', '']],
      faults: [
        '1:1: error: "caller" is missing: write caller: minter@acme-ops.iam.gserviceaccount.com',
      ],
    },
    {
      title: 'no chains',
      edits: [[/chains:\n[\s\S]*(?=exceptions)/, 'chains: []\n']],
      faults: ['4:9: error: there is no chain: write at least one, or pause the file'],
    },
    {
      title: 'chains in a mapping',
      edits: [[/chains:\n[\s\S]*(?=exceptions)/, 'chains: { a: b }\n']],
      faults: ['4:9: error: chains is a mapping: write chains: and a list of them'],
    },
    {
      title: 'a chain without a target',
      edits: [['    target: reader@acme-data.iam.gserviceaccount.com\n', '']],
      faults: [
        '5:5: error: "target" is missing: write target: reader@acme-data.iam.gserviceaccount.com',
      ],
    },
    {
      title: 'a chain with an empty target',
      edits: [['target: reader@acme-data.iam.gserviceaccount.com', 'target:']],
      faults: [
        '7:5: error: target is empty: write target: reader@acme-data.iam.gserviceaccount.com',
      ],
    },
    {
      title: 'a chain without a credential',
      edits: [['    credential: { kind: id-token, audience: https://partner.example.com }\n', '']],
      faults: [
        '10:5: error: "credential" is missing: write credential: { kind: access-token, scopes: […] }',
      ],
    },
    {
      title: 'a chain without a secret',
      edits: [['    secret: projects/acme-ops/secrets/release-stamp\n', '']],
      faults: [
        '18:5: error: "secret" is missing: write secret: projects/acme-ops/secrets/billing-export',
      ],
    },
    {
      title: 'a name in capitals',
      edits: [['name: partner-api', 'name: PartnerAPI']],
      faults: [
        '10:11: error: "PartnerAPI" is not a name: write a lower-case letter, then up to 62 lower-case letters, digits and "-"',
      ],
    },
    {
      title: 'a name that is too long',
      edits: [['name: partner-api', `name: p${'x'.repeat(63)}`]],
      faults: [
        '10:11: error: "pxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..." is not a name: write a lower-case letter, then up to 62 lower-case letters, digits and "-"',
      ],
    },
    {
      title: 'a credential without a kind',
      edits: [['kind: id-token, ', '']],
      faults: [
        '12:17: error: "kind" is missing: write kind: access-token, id-token, signed-jwt, signed-blob',
      ],
    },
    {
      title: 'an unknown kind',
      edits: [['kind: id-token', 'kind: oidc']],
      faults: [
        '12:25: error: "oidc" is not a kind: write kind: access-token, id-token, signed-jwt, signed-blob',
      ],
    },
    {
      title: 'a misspelt kind',
      edits: [['kind: access-token', 'kind: acces-token']],
      faults: ['8:25: error: "acces-token" is not a kind: did you mean "access-token"?'],
    },
    {
      title: 'an unknown format',
      edits: [
        [
          'secret: projects/acme-ops/secrets/partner-api',
          'secret: projects/acme-ops/secrets/partner-api\n    format: yaml',
        ],
      ],
      faults: ['14:13: error: format cannot be "yaml": write format: raw, json, header'],
    },
    {
      title: 'a version of a secret',
      edits: [['secrets/partner-api', 'secrets/partner-api/versions/latest']],
      faults: [
        '13:13: error: write the secret without the version: projects/acme-ops/secrets/partner-api',
      ],
    },
    {
      title: 'a regional secret',
      edits: [
        [
          'projects/acme-ops/secrets/partner-api',
          'projects/acme-ops/locations/europe-west1/secrets/partner-api',
        ],
      ],
      faults: ['13:13: error: regional secrets are not supported: write projects/P/secrets/S'],
    },
    {
      title: 'a secret by the number of its project',
      edits: [
        ['projects/acme-ops/secrets/partner-api', 'projects/700000000001/secrets/partner-api'],
      ],
      faults: [
        '13:13: error: write the ID of the project, not its number, so that each secret has one name',
      ],
    },
    {
      title: 'a secret by its short name',
      edits: [['projects/acme-ops/secrets/partner-api', 'partner-api']],
      faults: ['13:13: error: "partner-api" is not a secret: write projects/P/secrets/S'],
    },
    {
      title: 'a duration without a unit',
      edits: [['tickEvery: 1m', 'tickEvery: 60']],
      faults: ['2:12: error: 60 has no unit: write 60s, or 1m'],
    },
    {
      title: 'a quoted duration without a unit',
      edits: [['rotateEvery: 30m', 'rotateEvery: "1800"']],
      faults: ['3:40: error: 1800 has no unit: write 1800s, or 30m'],
    },
    {
      title: 'a small number without a unit, which few people mean as seconds',
      edits: [['rotateEvery: 30m', 'rotateEvery: 30']],
      faults: ['3:40: error: 30 has no unit: write 30m for minutes, or 30s for seconds'],
    },
    {
      title: 'a long text in place of a list, which says nothing of the length of the list',
      edits: [
        [
          'delegates: [relay@acme-ops.iam.gserviceaccount.com]',
          'delegates: relay@acme-ops.iam.gserviceaccount.com',
        ],
      ],
      faults: [
        '6:16: error: delegates is a text: write delegates: [relay@acme-ops.iam.gserviceaccount.com]',
      ],
    },
    {
      title: 'an audience with a blank at its end',
      edits: [
        ['audience: https://partner.example.com', "audience: 'https://partner.example.com '"],
      ],
      faults: [
        '12:45: error: "https://partner.example.com " has a blank at its start or its end: write "https://partner.example.com"',
      ],
    },
    {
      title: 'a member that is no service account, although its prefix says so',
      edits: [
        [
          'secret: projects/acme-ops/secrets/partner-api',
          'secret: projects/acme-ops/secrets/partner-api\n    readers: [serviceAccount:y@z]',
        ],
      ],
      faults: [
        '14:15: error: "serviceAccount:y@z" is no service account: its email ends in .gserviceaccount.com',
      ],
    },
    {
      title: 'a duration in words',
      edits: [['rotateEvery: 30m', 'rotateEvery: 30 minutes']],
      faults: [
        '3:40: error: "30 minutes" is not a duration: write a whole number and s, m or h, as in rotateEvery: 30m',
      ],
    },
    {
      title: 'a tick interval that Cloud Scheduler does not support',
      edits: [['tickEvery: 1m', 'tickEvery: 90s']],
      faults: ['2:12: error: Cloud Scheduler works in whole minutes: write tickEvery: 1m or more'],
    },
    {
      title: 'a quota of zero',
      edits: [['tickEvery: 1m', 'writesPerMinute: 0']],
      faults: [
        '2:18: error: write writesPerMinute: 540, or another number within the quota of your projects',
      ],
    },
  ];
  it.each(cases)('reports $title, with its place and what to write', ({ edits, faults }) => {
    expect(faultsOf(edited(edits))).toEqual(faults);
  });
});

describe('the check of the schedules', () => {
  const cases: Row[] = [
    {
      title: 'a schedule from the defaults that is impossible',
      edits: [['rotateEvery: 30m', 'rotateEvery: 44m']],
      faults: [
        '5:5: error: this schedule is impossible: rotateEvery 44m + tickEvery 1m + retryWindow 10m + minValidity 5m + 1m of clock skew = 61m, more than the lifetime of 1h: write rotateEvery: 43m or less, or write lifetime: 61m or more',
        '10:5: error: this schedule is impossible: rotateEvery 44m + tickEvery 1m + retryWindow 10m + minValidity 5m + 1m of clock skew = 61m, more than the 1h that Google fixes for ID tokens: write rotateEvery: 43m or less',
        '14:5: error: this schedule is impossible: rotateEvery 44m + tickEvery 1m + retryWindow 10m + minValidity 5m + 1m of clock skew = 61m, more than the lifetime of 1h: write rotateEvery: 43m or less, or write lifetime: 61m or more',
      ],
    },
    {
      title: 'a chain that rotates too late',
      edits: [['name: billing-export', 'name: billing-export\n    rotateEvery: 44m']],
      faults: [
        '6:18: error: this schedule is impossible: rotateEvery 44m + tickEvery 1m + retryWindow 10m + minValidity 5m + 1m of clock skew = 61m, more than the lifetime of 1h: write rotateEvery: 43m or less, or write lifetime: 61m or more',
      ],
    },
    {
      title: 'a lifetime that is too short',
      edits: [['auth/bigquery] }', 'auth/bigquery], lifetime: 10m }']],
      faults: [
        '8:101: error: this schedule is impossible: rotateEvery 30m + tickEvery 1m + retryWindow 10m + minValidity 5m + 1m of clock skew = 47m, more than the lifetime of 10m: write lifetime: 47m or more',
      ],
    },
    {
      title: 'an ID token under defaults for longer ones',
      edits: [['lifetime: 1h, rotateEvery: 30m', 'lifetime: 12h, rotateEvery: 6h']],
      faults: [
        '3:23: warning: signed JWTs of 12h are refused by Google’s own APIs, which accept at most 1h: write lifetime: 1h, unless another service accepts the JWT',
        '3:23: hint: access tokens over 1h need the target in the allowed values of constraints/iam.allowServiceAccountCredentialLifetimeExtension: check that it is there, or write lifetime: 1h',
        '10:5: error: this schedule is impossible: rotateEvery 6h + tickEvery 1m + retryWindow 10m + minValidity 5m + 1m of clock skew = 377m, more than the 1h that Google fixes for ID tokens: write rotateEvery: 43m or less',
      ],
    },
    {
      // cert-manager/cert-manager#3396, #3813 and #1214: an impossible schedule was accepted, and looped.
      title: 'a retry window longer than any lifetime',
      edits: [['name: release-stamp', 'name: release-stamp\n    retryWindow: 12h']],
      faults: [
        '19:18: error: this schedule is impossible: rotateEvery 30m + tickEvery 1m + retryWindow 12h + minValidity 5m + 1m of clock skew = 757m, more than the 12h for which Google keeps the signing key: shorten retryWindow and minValidity to 688m together',
      ],
    },
    {
      title: 'a chain that rotates between two ticks',
      edits: [
        ['tickEvery: 1m', 'tickEvery: 5m'],
        ['name: release-stamp', 'name: release-stamp\n    rotateEvery: 4m'],
      ],
      faults: [
        '19:18: error: rotateEvery 4m is less than tickEvery 5m, and a chain rotates only on a tick: write rotateEvery: 5m or more',
      ],
    },
    {
      title: 'a chain that rotates every minute',
      edits: [['name: release-stamp', 'name: release-stamp\n    rotateEvery: 1m']],
      faults: [
        '19:18: error: a chain cannot rotate twice within 2m: write rotateEvery: 2m or more',
      ],
    },
    {
      title: 'too many planned writes',
      edits: [
        ['tickEvery: 1m', 'writesPerMinute: 2'],
        ['rotateEvery: 30m', 'rotateEvery: 6m'],
      ],
      faults: [
        '4:1: error: 4 chains write to the secrets of acme-ops 2 times a minute (3 for each of 0.7 rotations), more than 1.4, which is 70 % of writesPerMinute 2: rotate them 1.5 times less often, or keep some secrets in another project',
      ],
    },
    {
      title: 'a name twice',
      edits: [['name: partner-api', 'name: billing-export']],
      faults: [
        '10:11: error: "billing-export" is already the name of the chain at chains.yaml:5: write another name',
      ],
    },
    {
      title: 'a secret twice',
      edits: [['secrets/partner-api', 'secrets/billing-export']],
      faults: [
        '13:13: error: projects/acme-ops/secrets/billing-export is already the secret of the chain at chains.yaml:5: give each chain its own secret',
      ],
    },
    {
      title: 'windows longer than any schedule',
      edits: [['name: release-stamp', 'name: release-stamp\n    rotateEvery: 12h']],
      faults: [
        '19:18: error: this schedule is impossible: rotateEvery 12h + tickEvery 1m + retryWindow 10m + minValidity 5m + 1m of clock skew = 737m, more than the 12h for which Google keeps the signing key: write rotateEvery: 703m or less',
      ],
    },
    {
      title: 'a pause without a reason',
      edits: [['name: partner-api', 'name: partner-api\n    paused: { until: 2026-12-01 }']],
      faults: ['11:13: error: "reason" is missing: write reason: INC-1234'],
    },
    {
      title: 'a pause without an end',
      edits: [['name: partner-api', 'name: partner-api\n    paused: { reason: INC-1234 }']],
      faults: ['11:13: error: "until" is missing: write until: 2026-12-01'],
    },
    {
      title: 'a pause until a day that does not exist',
      edits: [['tickEvery: 1m', 'paused: { until: 2027-02-29, reason: INC-1234 }']],
      faults: ['2:18: error: "2027-02-29" does not exist in the calendar: write until: 2026-12-01'],
    },
    {
      title: 'a pause until a time without a zone',
      edits: [['tickEvery: 1m', 'paused: { until: 2026-12-01T09:00:00, reason: INC-1234 }']],
      faults: [
        '2:18: error: "2026-12-01T09:00:00" is not a date: write until: 2026-12-01, or a time with its zone, as in 2027-03-01T09:00:00Z',
      ],
    },
  ];
  it.each(cases)('reports $title, with its place and what to write', ({ edits, faults }) => {
    expect(faultsOf(edited(edits))).toEqual(faults);
  });
});
