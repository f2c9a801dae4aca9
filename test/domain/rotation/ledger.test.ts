import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import {
  annotationsOf,
  type Ledger,
  parseLedger,
  versionsToDestroy,
  watermarksOf,
} from '../../../shared/domain/rotation/ledger.ts';
import { ENV } from '../../run.ts';
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

/** Values that a person might write into an annotation by mistake. */
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

  // google-auth-library-python#1329 and #1330: the library read an expiry in UTC as local time.
  it('reads instants as UTC in any time zone of the host', () => {
    const program = `
      import { annotationsOf, parseLedger } from './shared/domain/rotation/ledger.ts';
      const at = new Date('2026-07-01T12:00:00Z');
      const ledger = { chain: 'a', kind: 'id-token', digest: 'd', current: 1, previous: 0, destroyedThrough: 0, unproven: false };
      const annotations = annotationsOf({ ...ledger, mintedAt: at, expiresAt: at });
      process.stdout.write(annotations['hopmint-expires-at'] + ' ' + parseLedger(annotations).expiresAt.getTime());`;
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '--eval', program],
      { encoding: 'utf8', env: { ...ENV, TZ: 'America/New_York' } },
    );
    expect(stderr).toBe('');
    expect(stdout).toBe('2026-07-01T12:00:00Z 1782907200000');
  });

  it('reads the first ledger of a secret, without a previous version', () => {
    const first = { ...ledger, current: 5, previous: 0, destroyedThrough: 4 };
    expect(parseLedger(annotationsOf(first))).toEqual(first);
  });

  it('reads a ledger without a target ID', () => {
    const { targetId: _, ...blob } = { ...ledger, kind: 'signed-blob' as const };
    expect(parseLedger(annotationsOf(blob))).toEqual(blob);
  });

  const edits: { title: string; edit: Record<string, string> }[] = [
    { title: 'a current version that is not a number', edit: { 'hopmint-current': 'seven' } },
    { title: 'a current version of zero', edit: { 'hopmint-current': '0' } },
    { title: 'a current version of sixteen digits', edit: { 'hopmint-current': '9'.repeat(16) } },
    { title: 'a previous version after the current one', edit: { 'hopmint-previous': '10' } },
    { title: 'a watermark after the previous version', edit: { 'hopmint-destroyed-through': '9' } },
    { title: 'a time that is not a time', edit: { 'hopmint-expires-at': 'tomorrow' } },
    { title: 'an unknown kind', edit: { 'hopmint-kind': 'password' } },
  ];
  it.each(edits)('finds no ledger in annotations with $title', ({ edit }) => {
    expect(parseLedger({ ...annotationsOf(ledger), ...edit })).toBeUndefined();
  });

  it('agrees with a zod schema on every edited annotation', () => {
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
  const cases: { title: string; part: Partial<Ledger> | undefined; expected: number[] }[] = [
    { title: 'destroys nothing without a ledger', part: undefined, expected: [] },
    {
      title: 'destroys nothing while only two versions are ours',
      part: { current: 9, previous: 8, destroyedThrough: 7 },
      expected: [],
    },
    {
      title: 'destroys the version before the previous one',
      part: { current: 9, previous: 8, destroyedThrough: 6 },
      expected: [7],
    },
    {
      title: 'destroys versions left by a crash too',
      part: { current: 9, previous: 6, destroyedThrough: 3 },
      expected: [4, 5],
    },
    {
      title: 'keeps a left version after which only one was committed',
      part: { current: 9, previous: 7, destroyedThrough: 6 },
      expected: [],
    },
    {
      title: 'destroys at most five',
      part: { current: 99, previous: 98, destroyedThrough: 6 },
      expected: [7, 8, 9, 10, 11],
    },
    {
      title: 'destroys nothing after a first rotation',
      part: { current: 5, previous: 0, destroyedThrough: 4 },
      expected: [],
    },
  ];
  it.each(cases)('$title', ({ part, expected }) => {
    expect(versionsToDestroy(part && { ...ledger, ...part })).toEqual(expected);
  });
});

it('a version is destroyed by the third rotation after it, and not before', () => {
  let before: Ledger = { ...ledger, current: 7, previous: 6, destroyedThrough: 5 };
  const destroyed = [8, 9, 10].map((added) => {
    const versions = versionsToDestroy(before);
    before = { ...before, ...watermarksOf(before, added, versions) };
    return versions;
  });
  expect(destroyed).toEqual([[], [6], [7]]);
});

describe('watermarksOf', () => {
  it('counts versions before our first one as not ours', () => {
    expect(watermarksOf(undefined, 5, [])).toEqual({
      current: 5,
      previous: 0,
      destroyedThrough: 4,
    });
  });

  it('moves the watermark only to the last destroyed version', () => {
    const before = { ...ledger, current: 9, previous: 8, destroyedThrough: 5 };
    expect(watermarksOf(before, 11, [6])).toEqual({
      current: 11,
      previous: 9,
      destroyedThrough: 6,
    });
    expect(watermarksOf(before, 11, [])).toEqual({ current: 11, previous: 9, destroyedThrough: 5 });
  });
});
