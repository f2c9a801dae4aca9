import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import {
  annotationsOf,
  currentIn,
  type Ledger,
  parseLedger,
} from '../../../../shared/domain/rotation/ledger/ledger.ts';
import { ENV } from '../../../run.ts';
import { runs } from '../../../runs.ts';
import { ledgerBySchema } from './ledger-schema.ts';

const ledger: Ledger = {
  chain: 'billing-export',
  kind: 'access-token',
  digest: 'd'.repeat(64),
  targetId: '104857600000000000000',
  keyId: 'a'.repeat(40),
  mintedAt: new Date('2026-11-22T12:00:00Z'),
  expiresAt: new Date('2026-11-22T13:00:00Z'),
  current: 9,
  previous: 8,
  first: 3,
  leftover: 0,
  unproven: false,
  healedAt: [new Date('2026-11-22T11:30:00Z'), new Date('2026-11-22T12:00:00Z')],
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
      import { annotationsOf, parseLedger } from './shared/domain/rotation/ledger/ledger.ts';
      const at = new Date('2026-07-01T12:00:00Z');
      const ledger = { chain: 'a', kind: 'id-token', digest: 'd', current: 1, previous: 0, first: 1, leftover: 0, unproven: false };
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
    const first = { ...ledger, current: 5, previous: 0, first: 5 };
    expect(parseLedger(annotationsOf(first))).toEqual(first);
  });

  it('reads a ledger without a target ID and a key ID', () => {
    const { targetId: _, keyId: __, ...blob } = { ...ledger, kind: 'signed-blob' as const };
    expect(parseLedger(annotationsOf(blob))).toEqual(blob);
  });

  const edits: { title: string; edit: Record<string, string> }[] = [
    { title: 'a current version that is not a number', edit: { 'hopmint-current': 'seven' } },
    { title: 'a current version of zero', edit: { 'hopmint-current': '0' } },
    { title: 'a current version of sixteen digits', edit: { 'hopmint-current': '9'.repeat(16) } },
    { title: 'a previous version after the current one', edit: { 'hopmint-previous': '10' } },
    { title: 'a first version after the current one', edit: { 'hopmint-first': '10' } },
    { title: 'a first version of zero', edit: { 'hopmint-first': '0' } },
    { title: 'no count of old versions', edit: { 'hopmint-leftover': '' } },
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
      { numRuns: runs(600), seed: 17 },
    );
  });
});

describe('currentIn', () => {
  it.each([
    { annotation: '9', current: 9 },
    { annotation: 'nine', current: 0 },
    { annotation: '-9', current: 0 },
    { annotation: '9'.repeat(16), current: 0 },
  ])('reads $annotation as $current', ({ annotation, current }) => {
    expect(currentIn({ 'hopmint-current': annotation })).toBe(current);
  });

  it('is 0 without an annotation', () => {
    expect([currentIn({}), currentIn(undefined)]).toEqual([0, 0]);
  });
});
