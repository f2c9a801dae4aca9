import { digestOf } from '../../../shared/domain/chain/definition.ts';
import { freshnessOf, needsAttention } from '../../../shared/domain/rotation/freshness.ts';
import { annotationsOf, type Ledger } from '../../../shared/domain/rotation/ledger/ledger.ts';
import type {
  ListedSecret,
  ListedSecrets,
} from '../../../shared/domain/rotation/ledger/listed-secrets.ts';
import { dueAtOf, dueReasonOf } from '../../../shared/domain/rotation/tick/schedule.ts';
import { at, caller, chain, ledger } from './freshness-world.ts';

const file = { caller, tickEverySeconds: 60 };

const minutes = (n: number) => n * 60_000;

const later = (date: Date, ms: number) => new Date(date.getTime() + ms);

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
  it('makes a credential unusable if readers of the alias current get another version', () => {
    expect(freshness(at('12:00:00')).state).toBe('fresh');
    for (const versionAliases of [{ current: 6, previous: 6 }, { previous: 6 }]) {
      expect(freshness(at('12:00:00'), { ...secretOf(), versionAliases }).state).toBe('unusable');
    }
  });

  it.each(rows)('$title', ({ secret, part, kinds }) => {
    expect(freshness(at('12:00:00'), secret, part).mismatches.map((m) => m.kind)).toEqual(kinds);
  });
});
