import fc from 'fast-check';
import { parseChainFiles } from '../../../shared/domain/chain-file/parse.ts';
import { runs } from '../../runs.ts';
import { edited, faultsOf, type Row } from './rows.ts';

describe('the check of the accounts', () => {
  const cases: Row[] = [
    {
      title: 'a user as the target',
      edits: [['target: reader@acme-data.iam.gserviceaccount.com', 'target: ada@acme.com']],
      faults: [
        '7:13: error: only a service account can be impersonated: its email ends in .gserviceaccount.com, as in relay@acme-ops.iam.gserviceaccount.com',
      ],
    },
    {
      title: 'a member as a delegate',
      edits: [
        [
          '[relay@acme-ops.iam.gserviceaccount.com]',
          '[serviceAccount:relay@acme-ops.iam.gserviceaccount.com]',
        ],
      ],
      faults: [
        '6:17: error: write the account without "serviceAccount:", as relay@acme-ops.iam.gserviceaccount.com',
      ],
    },
    {
      title: 'a unique ID with one digit too few',
      edits: [['target: reader@acme-data.iam.gserviceaccount.com', 'target: 10485760000000000000']],
      faults: ['7:13: error: a unique ID has 21 digits, this has 20'],
    },
    {
      title: 'a unique ID that a float changes',
      edits: [
        ['target: reader@acme-data.iam.gserviceaccount.com', 'target: 1.0485760000000000e20'],
      ],
      faults: [
        '7:13: error: this number is not written as 21 digits: write the unique ID in quotes',
      ],
    },
    {
      title: 'a number of 8 digits',
      edits: [['target: reader@acme-data.iam.gserviceaccount.com', 'target: 10485760']],
      faults: ['7:13: error: a unique ID has 21 digits, this has 8'],
    },
    {
      title: 'a pin without its unique ID',
      edits: [
        [
          'target: reader@acme-data.iam.gserviceaccount.com',
          'target: { email: reader@acme-data.iam.gserviceaccount.com }',
        ],
      ],
      faults: ['7:13: error: "uniqueId" is missing: write uniqueId: "104857600000000000000"'],
    },
    {
      title: 'a pin with email and unique ID exchanged',
      edits: [
        [
          'target: reader@acme-data.iam.gserviceaccount.com',
          'target: { email: 104857600000000000000, uniqueId: 104857600000000000000 }',
        ],
      ],
      faults: [
        '7:22: error: this is the value for the other key: write email: relay@acme-ops.iam.gserviceaccount.com',
      ],
    },
    {
      title: 'two pins of one email that differ',
      edits: [
        [
          'target: reader@acme-data.iam.gserviceaccount.com',
          'target: { email: partner@acme-data.iam.gserviceaccount.com, uniqueId: 104857600000000000000 }',
        ],
        [
          'target: partner@acme-data.iam.gserviceaccount.com',
          'target: { email: partner@acme-data.iam.gserviceaccount.com, uniqueId: 104857600000000000001 }',
        ],
      ],
      faults: [
        '11:13: error: partner@acme-data.iam.gserviceaccount.com has the unique ID 104857600000000000000 at chains.yaml:7: one of the two accounts does not exist any more: leave out the wrong ID',
      ],
    },
    {
      title: 'a target that is a list',
      edits: [
        [
          'target: reader@acme-data.iam.gserviceaccount.com',
          'target: [reader@acme-data.iam.gserviceaccount.com]',
        ],
      ],
      faults: [
        '7:13: error: target is a list: write target: reader@acme-data.iam.gserviceaccount.com',
      ],
    },
    {
      title: 'the caller among the delegates',
      edits: [
        ['[relay@acme-ops.iam.gserviceaccount.com]', '[minter@acme-ops.iam.gserviceaccount.com]'],
      ],
      faults: [
        '6:17: error: minter@acme-ops.iam.gserviceaccount.com is the caller, which is the first account of every chain: leave it out here',
      ],
    },
    {
      // einride/sage#854, GoogleCloudPlatform/alloydb-auth-proxy#228 and cloudquery/cloudquery#11201: the documentation did not say whether the target comes first or last.
      title: 'the target among the delegates',
      edits: [
        ['[relay@acme-ops.iam.gserviceaccount.com]', '[reader@acme-data.iam.gserviceaccount.com]'],
      ],
      faults: [
        '6:17: error: reader@acme-data.iam.gserviceaccount.com is the target, which is the last account of the chain: leave it out here',
      ],
    },
    {
      title: 'a delegate twice',
      edits: [
        [
          '[relay@acme-ops.iam.gserviceaccount.com]',
          '[relay@acme-ops.iam.gserviceaccount.com, projects/-/serviceAccounts/relay@acme-ops.iam.gserviceaccount.com]',
        ],
      ],
      faults: [
        '6:57: error: relay@acme-ops.iam.gserviceaccount.com is already in this chain, as delegates[0]: leave one out',
      ],
    },
    {
      title: 'a delegate twice, once by its unique ID and once pinned',
      edits: [
        [
          '[relay@acme-ops.iam.gserviceaccount.com]',
          '["104857600000000000000", { email: relay@acme-ops.iam.gserviceaccount.com, uniqueId: 104857600000000000000 }]',
        ],
      ],
      faults: [
        '6:42: error: relay@acme-ops.iam.gserviceaccount.com is already in this chain, as delegates[0]: leave one out',
      ],
    },
    {
      title: 'a delegate twice, once by its email and once by an ID that is pinned elsewhere',
      edits: [
        [
          '[relay@acme-ops.iam.gserviceaccount.com]',
          '[relay@acme-ops.iam.gserviceaccount.com, "104857600000000000000"]',
        ],
        [
          'account: relay@acme-ops.iam.gserviceaccount.com',
          'account: { email: relay@acme-ops.iam.gserviceaccount.com, uniqueId: "104857600000000000000" }',
        ],
      ],
      faults: [
        '6:57: error: 104857600000000000000 is already in this chain, as delegates[0]: leave one out',
      ],
    },
    {
      title: 'the caller as the target',
      edits: [
        [
          'target: reader@acme-data.iam.gserviceaccount.com',
          'target: minter@acme-ops.iam.gserviceaccount.com',
        ],
      ],
      faults: [
        '7:13: error: minter@acme-ops.iam.gserviceaccount.com is the caller: a chain needs another account as its target',
      ],
    },
    {
      title: 'nine delegates',
      edits: [
        [
          '[relay@acme-ops.iam.gserviceaccount.com]',
          '[a@acme-ops.iam.gserviceaccount.com, b@acme-ops.iam.gserviceaccount.com, c@acme-ops.iam.gserviceaccount.com, d@acme-ops.iam.gserviceaccount.com, e@acme-ops.iam.gserviceaccount.com, f@acme-ops.iam.gserviceaccount.com, g@acme-ops.iam.gserviceaccount.com, h@acme-ops.iam.gserviceaccount.com, i@acme-ops.iam.gserviceaccount.com]',
        ],
      ],
      faults: ['6:16: error: 8 delegates are the maximum: shorten the chain'],
    },
  ];
  it.each(cases)('reports $title, with its place and what to write', ({ edits, faults }) => {
    expect(faultsOf(edited(edits))).toEqual(faults);
  });
});

describe('an unquoted unique ID', () => {
  const target = (spelling: string) => {
    const text = edited([['reader@acme-data.iam.gserviceaccount.com', spelling]]);
    return parseChainFiles([{ path: 'chains.yaml', text }], new Date('2026-11-22T12:00:00Z'));
  };

  it('is the account of exactly these digits', () => {
    expect(target('104857600000000000007').file?.chains[0]?.target).toEqual({
      uniqueId: '104857600000000000007',
    });
  });

  it('is refused in every other spelling of a number', () => {
    const spelling = fc.oneof(
      fc.stringMatching(/^[+-]?[01]\d{18,21}$/),
      fc.stringMatching(/^[+-]?\d\.\d{1,20}[eE][+]?(?:1\d|20)$/),
      fc.stringMatching(/^[+-]?1\d{20}\.0*$/),
      fc.stringMatching(/^1\d{0,19}[eE]\d$/),
      fc.stringMatching(/^0x[1-9a-f][0-9a-f]{16}$/),
      fc.stringMatching(/^0o[1-7]{23}$/),
      fc.stringMatching(/^1\d{2}(?:_\d{3}){6}$/),
      fc.constantFrom('.inf', '-.inf', '.nan', '-0', '1e999'),
    );
    fc.assert(
      fc.property(spelling, (text) => {
        const { file, faults } = target(text);
        if (/^1\d{20}$/.test(text)) return file?.chains[0]?.target.uniqueId === text;
        return (
          file === undefined &&
          /21 digits|21-digit|is a number: write/.test(faults[0]?.message ?? '')
        );
      }),
      { numRuns: runs(200), seed: 17 },
    );
  });
});
