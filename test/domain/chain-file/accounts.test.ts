import { edited, faultsOf, type Row } from './rows.ts';

describe('the check of the accounts', () => {
  const cases: Row[] = [
    [
      'a user as the target',
      [['target: reader@acme-data.iam.gserviceaccount.com', 'target: ada@acme.com']],
      [
        '7:13: error: only a service account can be impersonated: its email ends in .gserviceaccount.com, as in relay@acme-ops.iam.gserviceaccount.com',
      ],
    ],
    [
      'a member as a delegate',
      [
        [
          '[relay@acme-ops.iam.gserviceaccount.com]',
          '[serviceAccount:relay@acme-ops.iam.gserviceaccount.com]',
        ],
      ],
      [
        '6:17: error: write the account without "serviceAccount:", as relay@acme-ops.iam.gserviceaccount.com',
      ],
    ],
    [
      'a unique ID with one digit too few',
      [['target: reader@acme-data.iam.gserviceaccount.com', 'target: 10485760000000000000']],
      ['7:13: error: a unique ID has 21 digits, this has 20'],
    ],
    [
      'a pin without its unique ID',
      [
        [
          'target: reader@acme-data.iam.gserviceaccount.com',
          'target: { email: reader@acme-data.iam.gserviceaccount.com }',
        ],
      ],
      ['7:13: error: "uniqueId" is missing: write uniqueId: "104857600000000000000"'],
    ],
    [
      'a pin with email and unique ID exchanged',
      [
        [
          'target: reader@acme-data.iam.gserviceaccount.com',
          'target: { email: 104857600000000000000, uniqueId: 104857600000000000000 }',
        ],
      ],
      [
        '7:22: error: this is the value for the other key: write email: relay@acme-ops.iam.gserviceaccount.com',
      ],
    ],
    [
      'two pins of one email that differ',
      [
        [
          'target: reader@acme-data.iam.gserviceaccount.com',
          'target: { email: partner@acme-data.iam.gserviceaccount.com, uniqueId: 104857600000000000000 }',
        ],
        [
          'target: partner@acme-data.iam.gserviceaccount.com',
          'target: { email: partner@acme-data.iam.gserviceaccount.com, uniqueId: 104857600000000000001 }',
        ],
      ],
      [
        '11:13: error: partner@acme-data.iam.gserviceaccount.com has the unique ID 104857600000000000000 at chains.yaml:7: one of the two accounts does not exist any more: leave out the wrong ID',
      ],
    ],
    [
      'a target that is a list',
      [
        [
          'target: reader@acme-data.iam.gserviceaccount.com',
          'target: [reader@acme-data.iam.gserviceaccount.com]',
        ],
      ],
      ['7:13: error: target is a list: write target: reader@acme-data.iam.gserviceaccount.com'],
    ],
    [
      'the caller among the delegates',
      [['[relay@acme-ops.iam.gserviceaccount.com]', '[minter@acme-ops.iam.gserviceaccount.com]']],
      [
        '6:17: error: minter@acme-ops.iam.gserviceaccount.com is the caller, which is the first account of every chain: leave it out here',
      ],
    ],
    [
      // einride/sage#854, GoogleCloudPlatform/alloydb-auth-proxy#228 and cloudquery/cloudquery#11201: the documentation did not say whether the target comes first or last.
      'the target among the delegates',
      [['[relay@acme-ops.iam.gserviceaccount.com]', '[reader@acme-data.iam.gserviceaccount.com]']],
      [
        '6:17: error: reader@acme-data.iam.gserviceaccount.com is the target, which is the last account of the chain: leave it out here',
      ],
    ],
    [
      'a delegate twice',
      [
        [
          '[relay@acme-ops.iam.gserviceaccount.com]',
          '[relay@acme-ops.iam.gserviceaccount.com, projects/-/serviceAccounts/relay@acme-ops.iam.gserviceaccount.com]',
        ],
      ],
      [
        '6:57: error: relay@acme-ops.iam.gserviceaccount.com is already in this chain, as delegates[0]: leave one out',
      ],
    ],
    [
      'a delegate twice, once by its unique ID and once pinned',
      [
        [
          '[relay@acme-ops.iam.gserviceaccount.com]',
          '["104857600000000000000", { email: relay@acme-ops.iam.gserviceaccount.com, uniqueId: 104857600000000000000 }]',
        ],
      ],
      [
        '6:42: error: relay@acme-ops.iam.gserviceaccount.com is already in this chain, as delegates[0]: leave one out',
      ],
    ],
    [
      'a delegate twice, once by its email and once by an ID that is pinned elsewhere',
      [
        [
          '[relay@acme-ops.iam.gserviceaccount.com]',
          '[relay@acme-ops.iam.gserviceaccount.com, "104857600000000000000"]',
        ],
        [
          'account: relay@acme-ops.iam.gserviceaccount.com',
          'account: { email: relay@acme-ops.iam.gserviceaccount.com, uniqueId: "104857600000000000000" }',
        ],
      ],
      [
        '6:57: error: 104857600000000000000 is already in this chain, as delegates[0]: leave one out',
      ],
    ],
    [
      'the caller as the target',
      [
        [
          'target: reader@acme-data.iam.gserviceaccount.com',
          'target: minter@acme-ops.iam.gserviceaccount.com',
        ],
      ],
      [
        '7:13: error: minter@acme-ops.iam.gserviceaccount.com is the caller: a chain needs another account as its target',
      ],
    ],
    [
      'nine delegates',
      [
        [
          '[relay@acme-ops.iam.gserviceaccount.com]',
          '[a@acme-ops.iam.gserviceaccount.com, b@acme-ops.iam.gserviceaccount.com, c@acme-ops.iam.gserviceaccount.com, d@acme-ops.iam.gserviceaccount.com, e@acme-ops.iam.gserviceaccount.com, f@acme-ops.iam.gserviceaccount.com, g@acme-ops.iam.gserviceaccount.com, h@acme-ops.iam.gserviceaccount.com, i@acme-ops.iam.gserviceaccount.com]',
        ],
      ],
      ['6:16: error: 8 delegates are the maximum: shorten the chain'],
    ],
  ];
  it.each(cases)('reports %s, with its place and what to write', (_title, edits, faults) => {
    expect(faultsOf(edited(edits))).toEqual(faults);
  });
});
