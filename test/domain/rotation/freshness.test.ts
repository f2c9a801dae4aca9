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
  destroyedThrough: 5,
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
  const lifetimes: [title: string, expiresAt: Date][] = [
    ['by its grid', at('13:00:00')],
    ['earlier, if Google gave a shorter lifetime than requested', at('12:25:00')],
    ['two minutes after the mint, if the credential expired at once', at('12:00:30')],
  ];
  it.each(lifetimes)(
    'is the first second at which a tick finds a reason: %s',
    (_title, expiresAt) => {
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
  const rows: [title: string, now: Date, state: string][] = [
    ['is fresh until it is due', later(DUE, -1000), 'fresh'],
    ['is fresh during the first half of its retry window', later(DUE, minutes(6)), 'fresh'],
    ['is late in the second half', later(DUE, minutes(6) + 1000), 'late'],
    ['is late until it expires', at('12:59:59'), 'late'],
    ['is stale from its expiry on', at('13:00:00'), 'stale'],
  ];
  it.each(rows)('%s', (_title, now, state) => {
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
    expect(needsAttention(stale)).toBe(false);
  });
});

describe('a chain without a credential', () => {
  const unlisted = { ...listedOf(undefined, ['acme-ops']) };
  const foreign = secretOf({ chain: 'other' });
  const rows: [title: string, listed: ListedSecrets, state: string][] = [
    [
      'is never, if its secret has no ledger',
      listedOf({ annotations: {}, versionAliases: {} }),
      'never',
    ],
    ['is never, if another chain writes its secret', listedOf(foreign), 'never'],
    ['is missing, if it has no secret with our label', listedOf(undefined), 'missing'],
    ['is unknown, if its project could not be listed', unlisted, 'unknown'],
  ];
  it.each(rows)('%s', (_title, listed, state) => {
    const found = freshnessOf(chain, file, listed, at('12:00:00'));
    expect(found.state).toBe(state);
    expect(needsAttention(found)).toBe(true);
  });
});

describe('a ledger', () => {
  const pinned = { target: { email: 'a@b.iam.gserviceaccount.com', uniqueId: '1'.repeat(21) } };
  const pinnedDigest = digestOf({ ...chain, ...pinned }, caller);
  const moved = { ...secretOf(), versionAliases: { current: 3 } };
  const edited = secretOf();
  const rows: [title: string, secret: ListedSecret, part: object, kinds: string[]][] = [
    ['matches its chain', secretOf(), {}, []],
    ['that does not exist yet matches', { annotations: {}, versionAliases: {} }, {}, []],
    ['matches a chain whose schedule has changed', secretOf(), { rotateEverySeconds: 1700 }, []],
    ['belongs to another chain', secretOf({ chain: 'other' }), {}, ['other-chain']],
    ['follows an older definition', secretOf(), { format: 'json' }, ['definition-changed']],
    [
      'was edited',
      { ...edited, annotations: { ...edited.annotations, 'hopmint-current': 'x' } },
      {},
      ['unreadable'],
    ],
    ['names another account', secretOf({ digest: pinnedDigest }), pinned, ['other-target']],
    ['contradicts its aliases', moved, {}, ['alias-moved', 'alias-moved']],
  ];
  it.each(rows)('%s', (_title, secret, part, kinds) => {
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
  const rows: [title: string, chains: Record<string, Freshness>, overdue: string[]][] = [
    ['arrive while all chains rotate', { a: freshOf('12:30:00', '13:00:00', false) }, []],
    [
      'arrive while one chain is broken and others rotate',
      { broken, a: freshOf('12:30:00', '13:00:00', false) },
      [],
    ],
    [
      'have stopped when no chain that became due since the last rotation was rotated',
      { a: freshOf('11:55:00', '12:25:00', true), b: freshOf('12:05:00', '12:31:00', true) },
      ['a', 'b'],
    ],
    [
      'have stopped according to a chain that was not broken before',
      {
        broken: freshOf('10:00:00', '10:30:00', true),
        b: freshOf('12:05:00', '12:31:00', true),
      },
      ['b'],
    ],
    [
      'are not known to have stopped if only paused chains are overdue',
      { a: { ...broken, pause: { until: at('18:00:00'), reason: 'r' } } },
      [],
    ],
    ['are not known to have stopped if nothing was ever rotated', {}, []],
  ];
  it.each(rows)('%s', (_title, chains, overdue) => {
    const health = tickHealthOf(new Map(Object.entries(chains)));
    expect(health.overdue).toEqual(overdue);
    expect(health.stopped).toBe(overdue.length > 0);
    expect(Number(health.lastRotationAt ?? 0)).toBeLessThan(now.getTime());
  });
});
