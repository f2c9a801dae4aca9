import type { Ledger } from '../../../../shared/domain/rotation/ledger/ledger.ts';
import {
  type AfterAdding,
  planVersions,
} from '../../../../shared/domain/rotation/ledger/old-versions.ts';
import type { Version } from '../../../../shared/domain/rotation/ledger/version.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const ago = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);
const version = (
  number: number,
  minutes: number,
  state: Version['state'] = 'ENABLED',
): Version => ({ number, state, createdAt: ago(minutes) });

const ledger = (part: Partial<Ledger> = {}): Ledger => ({
  chain: 'export',
  kind: 'access-token',
  digest: 'd',
  mintedAt: ago(30),
  expiresAt: ago(-30),
  current: 9,
  previous: 8,
  first: 3,
  leftover: 0,
  unproven: false,
  ...part,
});
/** A secret with our versions 8 and 9, to which version 10 was added. */
const plan = (part: Partial<AfterAdding> = {}) =>
  planVersions({
    before: ledger(),
    versions: [version(9, 30), version(8, 60)],
    added: 10,
    aliases: { current: 9, previous: 8 },
    rotateEverySeconds: 1800,
    now: NOW,
    ...part,
  });

describe('a rotation', () => {
  it('keeps the added version and the one before, and destroys the third', () => {
    expect(plan()).toEqual({ current: 10, previous: 9, first: 3, destroy: [8], leftover: 0 });
  });

  const many = [9, 8, 7, 6, 5, 4, 3].map((number, i) => version(number, 30 * (i + 1)));
  it.each([
    {
      situation: 'without a ledger it destroys nothing, and begins with the added version',
      part: { before: undefined },
      expected: { previous: 0, first: 10, destroy: [], leftover: 0 },
    },
    {
      situation: 'it destroys a version that a crash left before the previous version',
      part: { versions: [version(9, 30), version(8, 60), version(7, 61)] },
      expected: { previous: 9, destroy: [7, 8] },
    },
    {
      situation: 'it keeps an uncommitted version that only one commit has followed',
      part: {
        before: ledger({ current: 8, previous: 7 }),
        versions: [version(9, 5), version(8, 30)],
      },
      expected: { previous: 8, destroy: [] },
    },
    {
      situation:
        'it keeps what readers of current had minutes ago, although somebody added a version earlier',
      part: {
        before: ledger({ current: 9, previous: 7 }),
        versions: [version(9, 5), version(8, 30), version(7, 60)],
      },
      expected: { previous: 9, destroy: [], leftover: 2 },
    },
    {
      situation: 'it counts a version after the previous one, so that it does not stay for hours',
      part: { versions: [version(9, 5, 'DISABLED'), version(8, 60)] },
      expected: { previous: 8, destroy: [], leftover: 1 },
    },
    {
      situation: 'it destroys at most five, oldest first, and counts the others',
      part: { versions: many },
      expected: { destroy: [3, 4, 5, 6, 7], leftover: 1 },
    },
    {
      situation: 'it counts nothing when the number has not shrunk',
      part: { versions: many, before: ledger({ leftover: 1 }) },
      expected: { leftover: 0 },
    },
    {
      situation: 'it keeps a version that was superseded a short time ago',
      part: { versions: [version(9, 9), version(8, 30)] },
      expected: { destroy: [], leftover: 1 },
    },
    {
      situation: 'it does not keep it so long when the chain rotates more often',
      part: { versions: [version(9, 5), version(8, 10)], rotateEverySeconds: 300 },
      expected: { destroy: [8], leftover: 0 },
    },
    {
      situation: 'it keeps the version of an alias that is not ours',
      part: { aliases: { current: 9, previous: 8, pinned: 8 } },
      expected: { destroy: [], leftover: 0 },
    },
    {
      situation: 'it keeps every version before our first one',
      part: { before: ledger({ first: 9 }) },
      expected: { destroy: [] },
    },
    {
      situation: 'it keeps a version of more than 30 days, also if the ledger calls it ours',
      part: { versions: [version(9, 30), version(8, 60), version(4, 31 * 1440)] },
      expected: { destroy: [8], leftover: 0 },
    },
    {
      situation: 'it names the older version as previous when the newer one is disabled',
      part: { versions: [version(9, 30, 'DISABLED'), version(8, 60)] },
      expected: { previous: 8, destroy: [] },
    },
    {
      situation: 'it names no previous version when none is enabled',
      part: { versions: [version(9, 30, 'DISABLED')] },
      expected: { previous: 0, destroy: [] },
    },
    {
      situation: 'it destroys a disabled version too',
      part: { versions: [version(9, 30), version(8, 60, 'DISABLED')] },
      expected: { destroy: [8] },
    },
    {
      situation: 'it does not destroy what the ledger calls destroyed or has never had',
      part: { before: ledger({ current: 1000, previous: 999 }) },
      expected: { previous: 0, destroy: [] },
    },
  ])('$situation', ({ part, expected }) => {
    expect(plan(part)).toMatchObject(expected);
  });
});
