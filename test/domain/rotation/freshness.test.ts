import type { Chain } from '../../../shared/domain/chain/chain.ts';
import { digestOf } from '../../../shared/domain/chain/definition.ts';
import {
  type Freshness,
  freshnessOf,
  isWanting,
} from '../../../shared/domain/rotation/freshness.ts';
import { annotationsOf, type Ledger } from '../../../shared/domain/rotation/ledger.ts';
import type { Holding, Holdings } from '../../../shared/domain/rotation/listed-secrets.ts';
import { dueAtOf, dueReasonOf } from '../../../shared/domain/rotation/schedule.ts';
import { ticksOf } from '../../../shared/domain/rotation/tick-health.ts';

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

/** At noon, for an hour; due when its grid says, within half an hour. */
const ledger: Ledger = {
  chain: chain.name,
  kind: 'access-token',
  digest: digestOf(chain, caller),
  targetId: TARGET_ID,
  mintedAt: at('12:00:00'),
  expiresAt: at('13:00:00'),
  current: 7,
  previous: 6,
  destroyedThrough: 5,
  unproven: false,
};
const DUE = dueAtOf(chain, ledger, 60);
const holdingOf = (part: Partial<Ledger> = {}): Holding => ({
  annotations: annotationsOf({ ...ledger, ...part }),
  versionAliases: { current: 7, previous: 6 },
});
const holdingsOf = (holding?: Holding, unlisted: string[] = []): Holdings => ({
  secrets: new Map(holding ? [[chain.secret, holding]] : []),
  unlisted: new Set(unlisted),
});
const freshness = (now: Date, holding: Holding | undefined = holdingOf(), part = {}) =>
  freshnessOf({ ...chain, ...part }, file, holdingsOf(holding), now);

describe('when a chain is due', () => {
  const lives: [title: string, expiresAt: Date][] = [
    ['by its grid', at('13:00:00')],
    ['earlier, when Google gave a shorter life than was asked for', at('12:25:00')],
    ['two minutes after it was minted, when it was over at once', at('12:00:30')],
  ];
  it.each(lives)('is the first second that a tick finds a reason: %s', (_title, expiresAt) => {
    const short = { ...ledger, expiresAt };
    const dueAt = dueAtOf(chain, short, 60);
    const reasonAt = (ms: number) => dueReasonOf(chain, ledger.digest, short, later(dueAt, ms), 60);
    expect(reasonAt(-1000)).toBeUndefined();
    expect(reasonAt(1000)).toBeDefined();
  });
});

describe('a credential', () => {
  const rows: [title: string, now: Date, standing: string][] = [
    ['is fresh until it is due', later(DUE, -1000), 'fresh'],
    ['is fresh while the first half of its retry window lasts', later(DUE, minutes(6)), 'fresh'],
    ['is late from then on', later(DUE, minutes(6) + 1000), 'late'],
    ['is late until it is over', at('12:59:59'), 'late'],
    ['is stale once it is over', at('13:00:00'), 'stale'],
  ];
  it.each(rows)('%s', (_title, now, standing) => {
    expect(freshness(now).standing).toBe(standing);
  });

  it('is late in time for an operator, though the schedule has no second to spare', () => {
    const tight = { rotateEverySeconds: 3600 - 60 - 600 - 300 - 60 };
    const dueAt = dueAtOf({ ...chain, ...tight }, ledger, 60);
    const lateAt = later(dueAt, minutes(6) + 1000);
    expect(freshness(lateAt, holdingOf(), tight).standing).toBe('late');
    const untilReadersNotice = at('12:55:00').getTime() - lateAt.getTime();
    expect(untilReadersNotice).toBeGreaterThan(minutes(5));
  });

  it('is late, though not overdue, with less left than a reader may expect', () => {
    const holding = holdingOf({ expiresAt: at('12:06:59') });
    expect(freshness(at('12:02:00'), holding)).toMatchObject({ standing: 'late', overdue: false });
  });

  it('is not late for the time of a pause that is over', () => {
    const until = at('12:50:00');
    const paused = { paused: { until, reason: 'INC-1' } };
    expect(freshness(later(until, minutes(2)), holdingOf(), paused).standing).toBe('fresh');
    expect(freshness(later(until, minutes(6.1)), holdingOf(), paused).standing).toBe('late');
  });

  it('that is paused is told, and wanting to nobody', () => {
    const paused = { paused: { until: at('18:00:00'), reason: 'INC-1' } };
    const told = freshness(at('14:00:00'), holdingOf(), paused);
    expect(told).toMatchObject({ standing: 'stale', overdue: false, pause: paused.paused });
    expect(isWanting(told)).toBe(false);
  });
});

describe('a chain without a credential', () => {
  const unlisted = { ...holdingsOf(undefined, ['acme-ops']) };
  const foreign = holdingOf({ chain: 'other' });
  const rows: [title: string, holdings: Holdings, standing: string][] = [
    ['has never had one', holdingsOf({ annotations: {}, versionAliases: {} }), 'never'],
    ['has none of its own where another writes its secret', holdingsOf(foreign), 'never'],
    ['has no secret, or one without our label', holdingsOf(undefined), 'missing'],
    ['has none that we know of where its project was not listed', unlisted, 'unknown'],
  ];
  it.each(rows)('%s', (_title, holdings, standing) => {
    const told = freshnessOf(chain, file, holdings, at('12:00:00'));
    expect(told.standing).toBe(standing);
    expect(isWanting(told)).toBe(true);
  });
});

describe('a ledger', () => {
  const pinned = { target: { email: 'a@b.iam.gserviceaccount.com', uniqueId: '1'.repeat(21) } };
  const pinnedDigest = digestOf({ ...chain, ...pinned }, caller);
  const moved = { ...holdingOf(), versionAliases: { current: 3 } };
  const edited = holdingOf();
  const rows: [title: string, holding: Holding, part: object, is: string[]][] = [
    ['matches its chain', holdingOf(), {}, []],
    ['that is not there yet matches', { annotations: {}, versionAliases: {} }, {}, []],
    ['matches a chain whose schedule changed', holdingOf(), { rotateEverySeconds: 1700 }, []],
    ['is of another chain', holdingOf({ chain: 'other' }), {}, ['other-chain']],
    ['is of an older definition', holdingOf(), { format: 'json' }, ['definition-changed']],
    [
      'was edited',
      { ...edited, annotations: { ...edited.annotations, 'hopmint-current': 'x' } },
      {},
      ['unreadable'],
    ],
    ['is of another account', holdingOf({ digest: pinnedDigest }), pinned, ['other-target']],
    ['says more than its aliases do', moved, {}, ['alias-moved', 'alias-moved']],
  ];
  it.each(rows)('%s', (_title, holding, part, is) => {
    expect(freshness(at('12:00:00'), holding, part).mismatches.map((m) => m.is)).toEqual(is);
  });
});

describe('ticks', () => {
  const now = at('12:40:00');
  const freshOf = (mintedAt: string, dueAt: string, overdue: boolean): Freshness => ({
    standing: overdue ? 'late' : 'fresh',
    ledger: { ...ledger, mintedAt: at(mintedAt) },
    dueAt: at(dueAt),
    overdue,
    mismatches: [],
  });
  const broken = freshOf('11:50:00', '12:20:00', true);
  const rows: [title: string, chains: Record<string, Freshness>, overdue: string[]][] = [
    ['come while all rotate', { a: freshOf('12:30:00', '13:00:00', false) }, []],
    [
      'come while one is broken and others rotate',
      { broken, a: freshOf('12:30:00', '13:00:00', false) },
      [],
    ],
    [
      'have stopped when nothing that came due since the last rotation was rotated',
      { a: freshOf('11:55:00', '12:25:00', true), b: freshOf('12:05:00', '12:31:00', true) },
      ['a', 'b'],
    ],
    [
      'have stopped, by the word of those that were not broken before',
      {
        broken: freshOf('10:00:00', '10:30:00', true),
        b: freshOf('12:05:00', '12:31:00', true),
      },
      ['b'],
    ],
    [
      'are not known to have stopped by chains that are paused',
      { a: { ...broken, pause: { until: at('18:00:00'), reason: 'r' } } },
      [],
    ],
    ['are not known to have stopped where nothing was ever rotated', {}, []],
  ];
  it.each(rows)('%s', (_title, chains, overdue) => {
    const told = ticksOf(new Map(Object.entries(chains)));
    expect(told.overdue).toEqual(overdue);
    expect(told.stopped).toBe(overdue.length > 0);
    expect(Number(told.lastRotationAt ?? 0)).toBeLessThan(now.getTime());
  });
});
