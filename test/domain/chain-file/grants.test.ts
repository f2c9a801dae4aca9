import { parseChainFiles } from '../../../shared/domain/chain-file/parse.ts';
import { edited, faultsOf, type Row } from './rows.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const chainWith = (line: string): Row[1] => [
  ['name: billing-export', `name: billing-export\n    ${line}`],
];
const KEY = 'projects/acme-ops/locations/europe-west1/keyRings/hopmint/cryptoKeys/secrets';

describe('the check of grants, readers and replication', () => {
  const cases: Row[] = [
    [
      'an unknown mode of grants',
      [['tickEvery: 1m', 'grants: wide']],
      ['2:9: error: grants cannot be "wide": write grants: token-creator, or narrow'],
    ],
    [
      'a duration of grants in hours',
      [['tickEvery: 1m', 'grantFor: 12h']],
      ['2:11: error: "12h" is not a number of days: write grantFor: 90d'],
    ],
    [
      'a duration of grants of zero',
      [['tickEvery: 1m', 'grantFor: 0d']],
      ['2:11: error: "0d" is not a number of days: write grantFor: 90d'],
    ],
    [
      'a duration of grants without a unit',
      [['tickEvery: 1m', 'grantFor: 90']],
      ['2:11: error: grantFor is a number: write grantFor: 90d'],
    ],
    [
      'readers that are not a list',
      chainWith('readers: user:ada@acme.com'),
      [
        '6:14: error: readers is a text: write readers: [serviceAccount:app@acme-shop.iam.gserviceaccount.com]',
      ],
    ],
    [
      'a reader who is everyone',
      chainWith('readers: [allUsers]'),
      ['6:15: error: allUsers is everyone: a credential must not be public, so name the members'],
    ],
    [
      'a reader that is a bare account',
      chainWith('readers: [app@acme-shop.iam.gserviceaccount.com]'),
      ['6:15: error: write serviceAccount:app@acme-shop.iam.gserviceaccount.com'],
    ],
    [
      'a reader twice',
      chainWith('readers: [user:ada@acme.com, user:Ada@acme.com]'),
      ['6:34: error: user:Ada@acme.com is already one of the readers: leave one out'],
    ],
    [
      'a replication that is a text',
      chainWith('replication: automatic'),
      [
        '6:18: error: replication is a text: write replication: { locations: [europe-west1, europe-west4] }',
      ],
    ],
    [
      'a text that is not a location',
      chainWith('replication: { locations: [Europe] }'),
      ['6:32: error: "Europe" is not a location: write one such as europe-west1'],
    ],
    [
      'no location at all',
      chainWith('replication: { locations: [] }'),
      ['6:31: error: the list is empty: write at least one location, or leave "locations" out'],
    ],
    [
      'a location twice',
      chainWith('replication: { locations: [europe-west1, europe-west1] }'),
      ['6:31: error: a location is listed twice: write each location once'],
    ],
    [
      'a text that is not a key',
      chainWith('replication: { kmsKeys: [secrets] }'),
      [`6:30: error: "secrets" is not a key of Cloud KMS: write ${KEY}, without a version`],
    ],
    [
      'a regional key for a secret with automatic replication',
      chainWith(`replication: { kmsKeys: [${KEY}] }`),
      [
        `6:29: error: ${KEY} is in europe-west1: without locations the key must be in locations/global`,
      ],
    ],
    [
      'a key in a location without the secret',
      chainWith(`replication: { locations: [europe-west4], kmsKeys: [${KEY}] }`),
      [
        `6:56: error: ${KEY} is in europe-west1, but the secret is not there: write a key in each of europe-west4`,
      ],
    ],
    [
      'a location without a key next to one with a key',
      chainWith(`replication: { locations: [europe-west1, europe-west4], kmsKeys: [${KEY}] }`),
      ['6:70: error: europe-west4 has no key: write one for each location'],
    ],
    [
      'two keys in a location',
      chainWith(`replication: { locations: [europe-west1], kmsKeys: [${KEY}, ${KEY}2] }`),
      ['6:56: error: write one key for each location'],
    ],
  ];
  it.each(cases)('reports %s, with its place and what to write', (_title, edits, faults) => {
    expect(faultsOf(edited(edits))).toEqual(faults);
  });
});

describe('the grants in a chain file', () => {
  const parsed = (edits: Row[1]) => {
    const { file, faults } = parseChainFiles([{ path: 'chains.yaml', text: edited(edits) }], NOW);
    expect(faults).toEqual([]);
    return file;
  };

  it('are read with duration, mode and readers', () => {
    const file = parsed([
      ['tickEvery: 1m', 'grants: narrow\ngrantFor: 90d'],
      ...chainWith('readers: [user:ada@acme.com]'),
    ]);
    expect(file).toMatchObject({ grants: 'narrow', grantForSeconds: 90 * 86_400 });
    expect(file?.chains[0]?.readers).toEqual(['user:ada@acme.com']);
    expect(file?.chains[1]).not.toHaveProperty('readers');
  });

  it('pair each location with its key', () => {
    const other = KEY.replace('west1', 'west4');
    const file = parsed(
      chainWith(
        `replication: { locations: [europe-west1, europe-west4], kmsKeys: [${other}, ${KEY}] }`,
      ),
    );
    expect(file?.chains[0]?.replication).toEqual({
      automatic: false,
      replicas: [
        { location: 'europe-west1', kmsKey: KEY },
        { location: 'europe-west4', kmsKey: other },
      ],
    });
  });

  it('take the replication from the defaults, unless a chain sets it', () => {
    const file = parsed([
      ['lifetime: 1h,', 'lifetime: 1h, replication: { locations: [europe-west1] },'],
      ...chainWith('replication: {}'),
    ]);
    expect(file?.chains.map(({ replication }) => replication?.automatic)).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
