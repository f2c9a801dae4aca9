import { parseChainFiles } from '../../../shared/domain/chain-file/parse.ts';
import { edited, faultsOf, type Row } from './rows.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const chainWith = (line: string): Row['edits'] => [
  ['name: billing-export', `name: billing-export\n    ${line}`],
];
const KEY = 'projects/acme-ops/locations/europe-west1/keyRings/hopmint/cryptoKeys/secrets';

describe('the check of grants, readers and replication', () => {
  const cases: Row[] = [
    {
      title: 'an unknown mode of grants',
      edits: [['tickEvery: 1m', 'grants: wide']],
      faults: ['2:9: error: grants cannot be "wide": write grants: token-creator, or narrow'],
    },
    {
      title: 'a duration of grants in hours',
      edits: [['tickEvery: 1m', 'grantFor: 12h']],
      faults: ['2:11: error: "12h" is not a number of days: write grantFor: 90d'],
    },
    {
      title: 'a duration of grants of zero',
      edits: [['tickEvery: 1m', 'grantFor: 0d']],
      faults: ['2:11: error: "0d" is not a number of days: write grantFor: 90d'],
    },
    {
      title: 'a duration of grants without a unit',
      edits: [['tickEvery: 1m', 'grantFor: 90']],
      faults: ['2:11: error: grantFor is a number: write grantFor: 90d'],
    },
    {
      title: 'readers that are not a list',
      edits: chainWith('readers: user:ada@acme.com'),
      faults: [
        '6:14: error: readers is a text: write readers: [serviceAccount:app@acme-shop.iam.gserviceaccount.com]',
      ],
    },
    {
      title: 'a reader who is everyone',
      edits: chainWith('readers: [allUsers]'),
      faults: [
        '6:15: error: allUsers is everyone: a credential must not be public, so name the members',
      ],
    },
    {
      title: 'a reader that is a bare account',
      edits: chainWith('readers: [app@acme-shop.iam.gserviceaccount.com]'),
      faults: ['6:15: error: write serviceAccount:app@acme-shop.iam.gserviceaccount.com'],
    },
    {
      title: 'a reader twice',
      edits: chainWith('readers: [user:ada@acme.com, user:Ada@acme.com]'),
      faults: ['6:34: error: user:Ada@acme.com is already one of the readers: leave one out'],
    },
    {
      title: 'a replication that is a text',
      edits: chainWith('replication: automatic'),
      faults: [
        '6:18: error: replication is a text: write replication: { locations: [europe-west1, europe-west4] }',
      ],
    },
    {
      title: 'a text that is not a location',
      edits: chainWith('replication: { locations: [Europe] }'),
      faults: ['6:32: error: "Europe" is not a location: write one such as europe-west1'],
    },
    {
      title: 'no location at all',
      edits: chainWith('replication: { locations: [] }'),
      faults: [
        '6:31: error: the list is empty: write at least one location, or leave "locations" out',
      ],
    },
    {
      title: 'a location twice',
      edits: chainWith('replication: { locations: [europe-west1, europe-west1] }'),
      faults: ['6:31: error: a location is listed twice: write each location once'],
    },
    {
      title: 'a text that is not a key',
      edits: chainWith('replication: { kmsKeys: [secrets] }'),
      faults: [`6:30: error: "secrets" is not a key of Cloud KMS: write ${KEY}, without a version`],
    },
    {
      title: 'a regional key for a secret with automatic replication',
      edits: chainWith(`replication: { kmsKeys: [${KEY}] }`),
      faults: [
        `6:29: error: ${KEY} is in europe-west1: without locations the key must be in locations/global`,
      ],
    },
    {
      title: 'a key in a location without the secret',
      edits: chainWith(`replication: { locations: [europe-west4], kmsKeys: [${KEY}] }`),
      faults: [
        `6:56: error: ${KEY} is in europe-west1, but the secret is not there: write a key in each of europe-west4`,
      ],
    },
    {
      title: 'a location without a key next to one with a key',
      edits: chainWith(
        `replication: { locations: [europe-west1, europe-west4], kmsKeys: [${KEY}] }`,
      ),
      faults: ['6:70: error: europe-west4 has no key: write one for each location'],
    },
    {
      title: 'two keys in a location',
      edits: chainWith(`replication: { locations: [europe-west1], kmsKeys: [${KEY}, ${KEY}2] }`),
      faults: ['6:56: error: write one key for each location'],
    },
  ];
  it.each(cases)('reports $title, with its place and what to write', ({ edits, faults }) => {
    expect(faultsOf(edited(edits))).toEqual(faults);
  });
});

describe('the grants in a chain file', () => {
  const parsed = (edits: Row['edits']) => {
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
