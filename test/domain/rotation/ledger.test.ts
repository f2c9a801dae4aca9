import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import {
  annotationsOf,
  type Ledger,
  parseLedger,
  versionsToDestroy,
  watermarksOf,
} from '../../../shared/domain/rotation/ledger.ts';
import { ledgerBySchema } from './ledger-schema.ts';

const ledger: Ledger = {
  chain: 'billing-export',
  kind: 'access-token',
  digest: 'd'.repeat(64),
  targetId: '104857600000000000000',
  mintedAt: new Date('2026-11-22T12:00:00Z'),
  expiresAt: new Date('2026-11-22T13:00:00Z'),
  current: 9,
  previous: 8,
  destroyedThrough: 7,
  unproven: false,
};

/** What somebody might write who has not read what is written there. */
const ODD = [
  ...['', ' ', '0', '00', '007', '7 ', '7\n', '-7', '+7', '7.5', '7e0', '0x7', '٧'],
  ...['2026-02-29T12:00:00Z', '2028-02-29T12:00:00Z', '2026-11-31T12:00:00Z'],
  ...['2026-11-22T24:00:00Z', '2026-11-22T23:59:60Z', '2026-11-22T12:00Z', '2026-11-22'],
  ...['2026-11-22T12:00:00', '2026-11-22T12:00:00z', '2026-11-22T12:00:00+00:00'],
  ...['2026-11-22 12:00:00Z', '2026-11-22T12:00:00.Z', '2026-11-22T12:00:00.123456789Z'],
  ...['signed-jwt', 'Signed-JWT', 'toString', '__proto__', 'unproven', 'Proven'],
];

describe('parseLedger', () => {
  it('reads what annotationsOf writes', () => {
    expect(parseLedger({ ...annotationsOf(ledger), owner: 'billing' })).toEqual(ledger);
  });

  // google-auth-library-python#1329 and #1330: an end in UTC was taken for local time.
  it('tells the same instants in UTC, wherever the host is', () => {
    const program = `
      import { annotationsOf, parseLedger } from './shared/domain/rotation/ledger.ts';
      const at = new Date('2026-07-01T12:00:00Z');
      const ledger = { chain: 'a', kind: 'id-token', digest: 'd', current: 1, previous: 0, destroyedThrough: 0, unproven: false };
      const annotations = annotationsOf({ ...ledger, mintedAt: at, expiresAt: at });
      process.stdout.write(annotations['hopmint-expires-at'] + ' ' + parseLedger(annotations).expiresAt.getTime());`;
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '--eval', program],
      { encoding: 'utf8', env: { TZ: 'America/New_York' } },
    );
    expect(stderr).toBe('');
    expect(stdout).toBe('2026-07-01T12:00:00Z 1782907200000');
  });

  it('reads the first ledger of a secret, which has no previous', () => {
    const first = { ...ledger, current: 5, previous: 0, destroyedThrough: 4 };
    expect(parseLedger(annotationsOf(first))).toEqual(first);
  });

  it('has no target ID where there was none to be seen', () => {
    const { targetId: _, ...blob } = { ...ledger, kind: 'signed-blob' as const };
    expect(parseLedger(annotationsOf(blob))).toEqual(blob);
  });

  const edits: [title: string, edit: Record<string, string>][] = [
    ['a current that is no number', { 'hopmint-current': 'seven' }],
    ['a current of zero', { 'hopmint-current': '0' }],
    ['a current of sixteen digits', { 'hopmint-current': '9'.repeat(16) }],
    ['a previous after current', { 'hopmint-previous': '10' }],
    ['a watermark after previous', { 'hopmint-destroyed-through': '9' }],
    ['a time that is none', { 'hopmint-expires-at': 'tomorrow' }],
    ['an unknown kind', { 'hopmint-kind': 'password' }],
  ];
  it.each(edits)('takes annotations with %s for no ledger', (_title, edit) => {
    expect(parseLedger({ ...annotationsOf(ledger), ...edit })).toBeUndefined();
  });

  it('says of whatever somebody has edited what the schema of annotations says', () => {
    const edit = fc.oneof(
      fc.constantFrom(...ODD),
      fc.constantFrom(...Object.values(annotationsOf(ledger))),
      fc.stringMatching(/^\d{0,17}$/),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    );
    const keys = fc.constantFrom(...Object.keys(annotationsOf(ledger)));
    const edits = fc.dictionary(keys, fc.option(edit, { nil: undefined }), { maxKeys: 4 });
    fc.assert(
      fc.property(edits, (edited) => {
        const all = Object.entries({ ...annotationsOf(ledger), ...edited });
        const left = all.filter((entry): entry is [string, string] => entry[1] !== undefined);
        const annotations = Object.fromEntries(left);
        expect(parseLedger(annotations)).toEqual(ledgerBySchema(annotations));
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('versionsToDestroy', () => {
  const cases: [title: string, ledger: Partial<Ledger> | undefined, expected: number[]][] = [
    ['destroys nothing before there is a ledger', undefined, []],
    ['destroys nothing while two are ours', { current: 9, previous: 8, destroyedThrough: 7 }, []],
    ['destroys the one before previous', { current: 9, previous: 8, destroyedThrough: 6 }, [7]],
    ['destroys leftovers too', { current: 9, previous: 6, destroyedThrough: 3 }, [4, 5]],
    [
      'leaves a leftover that only one newer was committed after',
      { current: 9, previous: 7, destroyedThrough: 6 },
      [],
    ],
    [
      'destroys five at most',
      { current: 99, previous: 98, destroyedThrough: 6 },
      [7, 8, 9, 10, 11],
    ],
    [
      'destroys nothing after a first rotation',
      { current: 5, previous: 0, destroyedThrough: 4 },
      [],
    ],
  ];
  it.each(cases)('%s', (_title, part, expected) => {
    expect(versionsToDestroy(part && { ...ledger, ...part })).toEqual(expected);
  });
});

it('a version is destroyed by the third rotation after it, and not before', () => {
  let held: Ledger = { ...ledger, current: 7, previous: 6, destroyedThrough: 5 };
  const destroyed = [8, 9, 10].map((added) => {
    const versions = versionsToDestroy(held);
    held = { ...held, ...watermarksOf(held, added, versions) };
    return versions;
  });
  expect(destroyed).toEqual([[], [6], [7]]);
});

describe('watermarksOf', () => {
  it('leaves to a user all that was there before our first version', () => {
    expect(watermarksOf(undefined, 5, [])).toEqual({
      current: 5,
      previous: 0,
      destroyedThrough: 4,
    });
  });

  it('moves by what was destroyed, and no further', () => {
    const before = { ...ledger, current: 9, previous: 8, destroyedThrough: 5 };
    expect(watermarksOf(before, 11, [6])).toEqual({
      current: 11,
      previous: 9,
      destroyedThrough: 6,
    });
    expect(watermarksOf(before, 11, [])).toEqual({ current: 11, previous: 9, destroyedThrough: 5 });
  });
});
