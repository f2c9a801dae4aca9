import type { Chain } from '../../../shared/domain/chain/chain.ts';
import { digestOf } from '../../../shared/domain/chain/definition.ts';
import {
  type Freshness,
  freshnessOf,
  needsAttention,
} from '../../../shared/domain/rotation/freshness.ts';
import { annotationsOf, type Ledger } from '../../../shared/domain/rotation/ledger.ts';
import type {
  ListedSecret,
  ListedSecrets,
} from '../../../shared/domain/rotation/listed-secrets.ts';
import { dueAtOf, dueReasonOf } from '../../../shared/domain/rotation/schedule.ts';
import { tickHealthOf } from '../../../shared/domain/rotation/tick-health.ts';

const caller = { email: 'minter@acme-ops.iam.gserviceaccount.com' };
const TARGET_ID = '100000000000000000003';
const chain: Chain = {
  name: 'billing-export',
  delegates: [],
  target: { email: 'reader@acme-data.iam.gserviceaccount.com' },
  credential: { kind: 'access-token', scopes: ['s'], lifetimeSeconds: 3600 },
  secret: 'projects/acme-ops/secrets/billing-export',
  format: 'raw',
  rotateEverySeconds: 1800,
  retryWindowSeconds: 600,
  minValiditySeconds: 300,
};
const file = { caller, tickEverySeconds: 60 };
const at = (time: string) => new Date(`2026-11-22T${time}Z`);
const minutes = (n: number) => n * 60_000;
const later = (date: Date, ms: number) => new Date(date.getTime() + ms);

/** Minted at noon for an hour. The grid makes the chain due within half an hour. */
const ledger: Ledger = {
  chain: chain.name,
  kind: 'access-token',
  digest: digestOf(chain, caller),
  targetId: TARGET_ID,
  mintedAt: at('12:00:00'),
  expiresAt: at('13:00:00'),
  current: 7,
  previous: 6,
  first: 1,
  leftover: 0,
  unproven: false,
};
const DUE = dueAtOf(chain, ledger, 60);
const secretOf = (part: Partial<Ledger> = {}): ListedSecret => ({
  annotations: annotationsOf({ ...ledger, ...part }),
  versionAliases: { current: 7, previous: 6 },
});
const listedOf = (secret?: ListedSecret, unlisted: string[] = []): ListedSecrets => ({
  secrets: new Map(secret ? [[chain.secret, secret]] : []),
  unlisted: new Set(unlisted),
});
const freshness = (now: Date, secret: ListedSecret | undefined = secretOf(), part = {}) =>
  freshnessOf({ ...chain, ...part }, file, listedOf(secret), now);

describe('when a chain is due', () => {
  const lifetimes: { title: string; expiresAt: Date }[] = [
    { title: 'by its grid', expiresAt: at('13:00:00') },
    {
      title: 'earlier, if Google gave a shorter lifetime than requested',
      expiresAt: at('12:25:00'),
    },
    {
      title: 'two minutes after the mint, if the credential expired at once',
      expiresAt: at('12:00:30'),
    },
  ];
  it.each(lifetimes)(
    'is the first second at which a tick finds a reason: $title',
    ({ expiresAt }) => {
      const short = { ...ledger, expiresAt };
      const dueAt = dueAtOf(chain, short, 60);
      const reasonAt = (ms: number) =>
        dueReasonOf(chain, ledger.digest, short, later(dueAt, ms), 60);
      expect(reasonAt(-1000)).toBeUndefined();
      expect(reasonAt(1000)).toBeDefined();
    },
  );
});

describe('a credential', () => {
  const rows: { title: string; now: Date; state: string }[] = [
    { title: 'is fresh until it is due', now: later(DUE, -1000), state: 'fresh' },
    {
      title: 'is fresh during the first half of its retry window',
      now: later(DUE, minutes(6)),
      state: 'fresh',
    },
    { title: 'is late in the second half', now: later(DUE, minutes(6) + 1000), state: 'late' },
    { title: 'is late until it expires', now: at('12:59:59'), state: 'late' },
    { title: 'is stale from its expiry on', now: at('13:00:00'), state: 'stale' },
  ];
  it.each(rows)('$title', ({ now, state }) => {
    expect(freshness(now).state).toBe(state);
  });

  it('is late five minutes before readers notice, even on the tightest schedule', () => {
    const tight = { rotateEverySeconds: 3600 - 60 - 600 - 300 - 60 };
    const dueAt = dueAtOf({ ...chain, ...tight }, ledger, 60);
    const lateAt = later(dueAt, minutes(6) + 1000);
    expect(freshness(lateAt, secretOf(), tight).state).toBe('late');
    const untilReadersNotice = at('12:55:00').getTime() - lateAt.getTime();
    expect(untilReadersNotice).toBeGreaterThan(minutes(5));
  });

  it('is late but not overdue with less validity left than a reader may expect', () => {
    const secret = secretOf({ expiresAt: at('12:06:59') });
    expect(freshness(at('12:02:00'), secret)).toMatchObject({ state: 'late', overdue: false });
  });

  it('is not late because of a pause that has ended', () => {
    const until = at('12:50:00');
    const paused = { paused: { until, reason: 'INC-1' } };
    expect(freshness(later(until, minutes(2)), secretOf(), paused).state).toBe('fresh');
    expect(freshness(later(until, minutes(6.1)), secretOf(), paused).state).toBe('late');
  });

  it('of a paused chain needs no attention', () => {
    const paused = { paused: { until: at('18:00:00'), reason: 'INC-1' } };
    const stale = freshness(at('14:00:00'), secretOf(), paused);
    expect(stale).toMatchObject({ state: 'stale', overdue: false, pause: paused.paused });
    expect(needsAttention(stale, at('14:00:00'))).toBe(false);
  });
});

describe('a chain without a credential', () => {
  const unlisted = { ...listedOf(undefined, ['acme-ops']) };
  const foreign = secretOf({ chain: 'other' });
  const rows: { title: string; listed: ListedSecrets; state: string }[] = [
    {
      title: 'is never, if its secret has no ledger',
      listed: listedOf({ annotations: {}, versionAliases: {} }),
      state: 'never',
    },
    {
      title: 'is never, if another chain writes its secret',
      listed: listedOf(foreign),
      state: 'never',
    },
    {
      title: 'is missing, if it has no secret with our label',
      listed: listedOf(undefined),
      state: 'missing',
    },
    { title: 'is unknown, if its project could not be listed', listed: unlisted, state: 'unknown' },
  ];
  it.each(rows)('$title', ({ listed, state }) => {
    const found = freshnessOf(chain, file, listed, at('12:00:00'));
    expect(found.state).toBe(state);
    expect(needsAttention(found, at('12:00:00'))).toBe(true);
  });
});

describe('a ledger', () => {
  const pinned = { target: { email: 'a@b.iam.gserviceaccount.com', uniqueId: '1'.repeat(21) } };
  const pinnedDigest = digestOf({ ...chain, ...pinned }, caller);
  const moved = { ...secretOf(), versionAliases: { current: 3 } };
  const edited = secretOf();
  const rows: { title: string; secret: ListedSecret; part: object; kinds: string[] }[] = [
    { title: 'matches its chain', secret: secretOf(), part: {}, kinds: [] },
    {
      title: 'that does not exist yet matches',
      secret: { annotations: {}, versionAliases: {} },
      part: {},
      kinds: [],
    },
    {
      title: 'matches a chain whose schedule has changed',
      secret: secretOf(),
      part: { rotateEverySeconds: 1700 },
      kinds: [],
    },
    {
      title: 'belongs to another chain',
      secret: secretOf({ chain: 'other' }),
      part: {},
      kinds: ['other-chain'],
    },
    {
      title: 'follows an older definition',
      secret: secretOf(),
      part: { format: 'json' },
      kinds: ['definition-changed'],
    },
    {
      title: 'was edited',
      secret: { ...edited, annotations: { ...edited.annotations, 'hopmint-current': 'x' } },
      part: {},
      kinds: ['unreadable'],
    },
    {
      title: 'names another account',
      secret: secretOf({ digest: pinnedDigest }),
      part: pinned,
      kinds: ['other-target'],
    },
    {
      title: 'contradicts its aliases',
      secret: moved,
      part: {},
      kinds: ['alias-moved', 'alias-moved'],
    },
  ];
  it.each(rows)('$title', ({ secret, part, kinds }) => {
    expect(freshness(at('12:00:00'), secret, part).mismatches.map((m) => m.kind)).toEqual(kinds);
  });
});

describe('ticks', () => {
  const now = at('12:40:00');
  const freshOf = (mintedAt: string, dueAt: string, overdue: boolean): Freshness => ({
    state: overdue ? 'late' : 'fresh',
    ledger: { ...ledger, mintedAt: at(mintedAt) },
    dueAt: at(dueAt),
    overdue,
    mismatches: [],
  });
  const broken = freshOf('11:50:00', '12:20:00', true);
  const rows: { title: string; chains: Record<string, Freshness>; overdue: string[] }[] = [
    {
      title: 'arrive while all chains rotate',
      chains: { a: freshOf('12:30:00', '13:00:00', false) },
      overdue: [],
    },
    {
      title: 'arrive while one chain is broken and others rotate',
      chains: { broken, a: freshOf('12:30:00', '13:00:00', false) },
      overdue: [],
    },
    {
      title: 'have stopped when no chain that became due since the last rotation was rotated',
      chains: {
        a: freshOf('11:55:00', '12:25:00', true),
        b: freshOf('12:05:00', '12:31:00', true),
      },
      overdue: ['a', 'b'],
    },
    {
      title: 'have stopped according to a chain that was not broken before',
      chains: {
        broken: freshOf('10:00:00', '10:30:00', true),
        b: freshOf('12:05:00', '12:31:00', true),
      },
      overdue: ['b'],
    },
    {
      title: 'are not known to have stopped if only paused chains are overdue',
      chains: { a: { ...broken, pause: { until: at('18:00:00'), reason: 'r' } } },
      overdue: [],
    },
    { title: 'are not known to have stopped if nothing was ever rotated', chains: {}, overdue: [] },
  ];
  it.each(rows)('$title', ({ chains, overdue }) => {
    const health = tickHealthOf(new Map(Object.entries(chains)));
    expect(health.overdue).toEqual(overdue);
    expect(health.stopped).toBe(overdue.length > 0);
    expect(Number(health.lastRotationAt ?? 0)).toBeLessThan(now.getTime());
  });
});
