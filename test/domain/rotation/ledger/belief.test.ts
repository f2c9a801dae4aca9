import type { Chain } from '../../../../shared/domain/chain/chain.ts';
import {
  contradictionOf,
  impossibilityOf,
} from '../../../../shared/domain/rotation/ledger/belief.ts';
import type { Ledger } from '../../../../shared/domain/rotation/ledger/ledger.ts';
import type { Version } from '../../../../shared/domain/rotation/ledger/version.ts';
import { chainOf } from '../../../functions/rotation-world.ts';
import { CREDENTIALS } from '../../../simulation/chains.ts';

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
    { situation: 'stored before the mint', current: version(inSeconds(-61)), why: /another time/ },
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
