import type { Evidence, Holder } from '../../../../shared/domain/rotation/ledger/evidence.ts';
import {
  type TargetNow,
  withTarget,
} from '../../../../shared/domain/rotation/ledger/target-now.ts';

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
