import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import type { Chain } from '../../../../shared/domain/chain/chain.ts';
import {
  contradictionOf,
  impossibilityOf,
} from '../../../../shared/domain/rotation/ledger/belief.ts';
import type { Evidence, Holder } from '../../../../shared/domain/rotation/ledger/evidence.ts';
import {
  annotationsOf,
  currentIn,
  type Ledger,
  parseLedger,
} from '../../../../shared/domain/rotation/ledger/ledger.ts';
import {
  type TargetNow,
  withTarget,
} from '../../../../shared/domain/rotation/ledger/target-now.ts';
import type { Version } from '../../../../shared/domain/rotation/ledger/version.ts';
import { chainOf } from '../../../functions/rotation-world.ts';
import { ENV } from '../../../run.ts';
import { runs } from '../../../runs.ts';
import { CREDENTIALS } from '../../../simulation/chains.ts';
import { ledgerBySchema } from './ledger-schema.ts';

describe('Ledger:', () => {
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
});

describe('Belief:', () => {
  const NOW = new Date('2026-11-22T12:00:00Z');
  const inSeconds = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
  const chain: Chain = chainOf('export', {
    ...CREDENTIALS['access-token'],
    lifetimeSeconds: 3600,
  } as Chain['credential']);
  const ledger = (part: Partial<Ledger> = {}): Ledger => ({
    chain: 'export',
    kind: 'access-token',
    digest: 'd',
    mintedAt: NOW,
    expiresAt: inSeconds(3600),
    current: 9,
    previous: 8,
    first: 1,
    leftover: 0,
    unproven: false,
    ...part,
  });
  const version = (createdAt: Date, state: Version['state'] = 'ENABLED'): Version => ({
    number: 9,
    state,
    createdAt,
  });

  describe('a ledger by itself', () => {
    it.each([
      { situation: 'a true ledger', part: {}, why: undefined },
      {
        situation: 'a clock of mint a minute ahead',
        part: { mintedAt: inSeconds(60), expiresAt: inSeconds(3660) },
        why: undefined,
      },
      {
        situation: 'a mint in the future',
        part: { mintedAt: inSeconds(61), expiresAt: inSeconds(3661) },
        why: /future/,
      },
      { situation: 'a long lifetime', part: { expiresAt: inSeconds(3661) }, why: /lasts longer/ },
      {
        situation: 'a long lifetime of an older definition',
        part: { expiresAt: inSeconds(43_200), digest: 'e' },
        why: undefined,
      },
      {
        situation: 'more than any lifetime',
        part: { expiresAt: inSeconds(43_261), digest: 'e' },
        why: /lasts longer/,
      },
      { situation: 'another chain', part: { chain: 'other' }, why: /another chain/ },
    ])('with $situation', ({ part, why }) => {
      const found = impossibilityOf(ledger(part), chain, 'd', NOW);
      if (why) expect(found).toMatch(why);
      else expect(found).toBeUndefined();
    });
  });

  describe('a ledger and its current version', () => {
    it.each([
      { situation: 'stored at once', current: version(NOW), why: undefined },
      {
        situation: 'stored late, under two clocks that differ',
        current: version(inSeconds(90)),
        why: undefined,
      },
      { situation: 'stored later', current: version(inSeconds(91)), why: /another time/ },
      {
        situation: 'stored before the mint',
        current: version(inSeconds(-61)),
        why: /another time/,
      },
      { situation: 'disabled', current: version(NOW, 'DISABLED'), why: undefined },
      { situation: 'destroyed', current: 'destroyed' as const, why: undefined },
      { situation: 'never added', current: 'never' as const, why: /never added/ },
    ])('agree or not when it was $situation', ({ current, why }) => {
      const found = contradictionOf(ledger(), current, chain, 'd');
      if (why) expect(found).toMatch(why);
      else expect(found).toBeUndefined();
    });

    it('disagree about an expiry that is too late for the version', () => {
      const old = version(inSeconds(-60));
      expect(contradictionOf(ledger({ expiresAt: inSeconds(3601) }), old, chain, 'd')).toMatch(
        /lasts longer/,
      );
    });
  });
});

const at = (time: string) => new Date(`2026-11-22T${time}Z`);
const EMAIL = 'reader@acme-data.iam.gserviceaccount.com';
const BEFORE = '100000000000000000005';
const NOW_ID = '100000000000000000099';
const mintedAt = at('12:00:00');
const observed = (holder?: Partial<Holder>): Evidence => ({
  observedAt: at('12:05:00'),
  unusable: [],
  ...(holder && { holder: { mintedAt, ...holder } }),
});
const target = (readAt: Date, part: Partial<TargetNow> = {}): TargetNow => ({
  email: EMAIL,
  uniqueId: NOW_ID,
  readAt,
  ...part,
});

describe('a credential of a target', () => {
  const later = at('12:10:00');
  const published = { ids: ['new'], readAt: later };
  const rows: {
    situation: string;
    holder?: Partial<Holder>;
    now: TargetNow | undefined;
    pin?: string;
    says: RegExp | undefined;
    recreated: boolean;
  }[] = [
    {
      situation: 'belongs to another account, so the target was created again',
      holder: { targetId: BEFORE },
      now: target(later),
      says: /^its credential belongs to account 100000000000000000005, and its target is account 100000000000000000099 now$/,
      recreated: true,
    },
    {
      situation: 'belongs to an account that was deleted some seconds after the mint',
      holder: { targetId: BEFORE },
      now: target(at('12:00:10')),
      says: /^its credential belongs to account/,
      recreated: true,
    },
    {
      situation: 'is usable if the account is the same',
      holder: { targetId: NOW_ID, keyId: 'new' },
      now: target(later, { published }),
      says: undefined,
      recreated: false,
    },
    {
      situation: 'is not compared with an account that was read before the mint',
      holder: { targetId: BEFORE },
      now: target(at('11:59:00')),
      says: undefined,
      recreated: false,
    },
    {
      situation: 'was signed with a key that is not published any more',
      holder: { keyId: 'old' },
      now: target(later, { published }),
      says: /^it was signed with key old, .*: its target was created again, and is account 1000/,
      recreated: true,
    },
    {
      situation: 'is not compared with keys that were read before the mint',
      holder: { keyId: 'old' },
      now: target(later, { published: { ids: ['new'], readAt: at('12:00:59') } }),
      says: undefined,
      recreated: false,
    },
    {
      situation: 'was signed with a key that a pinned account has lost',
      holder: { targetId: NOW_ID, keyId: 'old' },
      pin: NOW_ID,
      now: target(later, { published }),
      says: /^it was signed with key old, which Google does not publish for reader@/,
      recreated: false,
    },
    {
      situation: 'says nothing if the account was not read',
      holder: { targetId: BEFORE },
      now: undefined,
      says: undefined,
      recreated: false,
    },
    {
      situation: 'says nothing if it follows an older definition of the chain',
      now: target(later),
      says: undefined,
      recreated: false,
    },
  ];
  it.each(rows)('$situation', ({ holder, now, pin, says, recreated }) => {
    const chain = { target: { email: EMAIL, ...(pin !== undefined && { uniqueId: pin }) } };
    const found = withTarget(observed(holder), chain, now);
    expect(found.unusable).toEqual(says ? [expect.stringMatching(says)] : []);
    expect(found.recreated).toEqual(recreated ? found.unusable[0] : undefined);
  });
});
