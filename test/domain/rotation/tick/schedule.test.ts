import type { Chain } from '../../../../shared/domain/chain/chain.ts';
import type { Ledger } from '../../../../shared/domain/rotation/ledger/ledger.ts';
import {
  countHealing,
  NOTHING_HEALED,
  planHealing,
} from '../../../../shared/domain/rotation/tick/healing.ts';
import {
  dueAtOf,
  dueReasonOf,
  lastGridInstant,
  nextAttemptAt,
  retriesOf,
  rotationsPerMinute,
} from '../../../../shared/domain/rotation/tick/schedule.ts';

const MINUTE = 60_000;
const chain: Chain = {
  name: 'billing-export',
  delegates: [],
  target: { email: 'billing-reader@acme-data.iam.gserviceaccount.com' },
  credential: { kind: 'access-token', scopes: ['openid'], lifetimeSeconds: 3600 },
  secret: 'projects/acme-ops/secrets/billing-export',
  format: 'raw',
  rotateEverySeconds: 1800,
  retryWindowSeconds: 600,
  minValiditySeconds: 300,
};
const noon = new Date('2026-11-22T12:00:00Z');
const instant = lastGridInstant(chain, noon);
const plus = (at: Date, minutes: number) => new Date(at.getTime() + minutes * MINUTE);

const ledgerMintedAt = (mintedAt: Date, lifetimeMinutes = 60): Ledger => ({
  chain: chain.name,
  kind: 'access-token',
  digest: 'same',
  mintedAt,
  expiresAt: plus(mintedAt, lifetimeMinutes),
  current: 3,
  previous: 2,
  first: 1,
  leftover: 0,
  unproven: false,
});

describe('the grid of a chain', () => {
  it('has one instant per rotateEvery', () => {
    expect(lastGridInstant(chain, plus(instant, 29.9))).toEqual(instant);
    expect(lastGridInstant(chain, plus(instant, 30))).toEqual(plus(instant, 30));
    expect(lastGridInstant(chain, plus(instant, -0.1))).toEqual(plus(instant, -30));
  });

  // external-secrets/external-secrets#4925: it refreshed every secret in the same minute.
  it('spreads a thousand chains over thirty minutes, at most twice the average in any of them', () => {
    const perMinute = new Map<number, number>();
    for (let i = 0; i < 1000; i++) {
      const at = lastGridInstant({ ...chain, name: `chain-${i}` }, noon).getTime();
      const minute = Math.floor((noon.getTime() - at) / MINUTE);
      perMinute.set(minute, (perMinute.get(minute) ?? 0) + 1);
    }
    expect(perMinute.size).toBe(30);
    expect(Math.max(...perMinute.values())).toBeLessThan(67);
  });
});

describe('a chain, with a tick every minute,', () => {
  const cases: {
    title: string;
    ledger: Ledger | undefined;
    now: Date;
    digest: string;
    due: string | undefined;
  }[] = [
    {
      title: 'is due without a ledger',
      ledger: undefined,
      now: noon,
      digest: 'same',
      due: 'no-ledger',
    },
    {
      title: 'is due when a grid instant has passed since the mint',
      ledger: ledgerMintedAt(plus(instant, -20)),
      now: plus(instant, 0),
      digest: 'same',
      due: 'grid-instant',
    },
    {
      title: 'is not due after a mint later than the last grid instant',
      ledger: ledgerMintedAt(plus(instant, 1)),
      now: plus(instant, 29),
      digest: 'same',
      due: undefined,
    },
    {
      title: 'is due when its definition has changed',
      ledger: ledgerMintedAt(plus(instant, 1)),
      now: plus(instant, 4),
      digest: 'other',
      due: 'definition-changed',
    },
    {
      title: 'is not due within two minutes of a mint, even if its definition has changed',
      ledger: ledgerMintedAt(plus(instant, 1)),
      now: plus(instant, 2.9),
      digest: 'other',
      due: undefined,
    },
    {
      title: 'is due ten minutes after a mint that has left old versions',
      ledger: { ...ledgerMintedAt(plus(instant, 1)), leftover: 1 },
      now: plus(instant, 11),
      digest: 'same',
      due: 'leftover',
    },
    {
      title: 'is not due for old versions when the next grid instant is near',
      ledger: { ...ledgerMintedAt(plus(instant, 9)), leftover: 1 },
      now: plus(instant, 20),
      digest: 'same',
      due: undefined,
    },
    {
      title: 'is due if Google gave a lifetime that ends before the next tick',
      ledger: ledgerMintedAt(plus(instant, 1), 20),
      now: plus(instant, 5),
      digest: 'same',
      due: 'would-not-last',
    },
    {
      title: 'is not due while a short lifetime lasts until the next tick',
      ledger: ledgerMintedAt(plus(instant, 1), 20),
      now: plus(instant, 3),
      digest: 'same',
      due: undefined,
    },
    {
      title: 'is not due after a mint by a clock ahead of ours',
      ledger: ledgerMintedAt(plus(instant, 3)),
      now: plus(instant, 1),
      digest: 'same',
      due: undefined,
    },
  ];
  it.each(cases)('$title', ({ ledger, now, digest, due }) => {
    expect(dueReasonOf(chain, digest, ledger, now, 60)).toBe(due);
  });
});

describe('under the tightest schedule, with a lifetime of one hour, a signed JWT', () => {
  // 43m + tickEvery 1m + retryWindow 10m + minValidity 5m + 1m of clock skew = 60m
  const tight: Chain = { ...chain, rotateEverySeconds: 43 * 60 };
  const start = lastGridInstant(tight, noon);
  const ledger: Ledger = {
    ...ledgerMintedAt(start),
    kind: 'signed-jwt',
    expiresAt: plus(start, 59), // set back by the clock skew
  };

  it('is due at the next grid instant and not before', () => {
    expect(dueReasonOf(tight, 'same', ledger, plus(start, 42.99), 60)).toBe(undefined);
    expect(dueReasonOf(tight, 'same', ledger, plus(start, 43), 60)).toBe('grid-instant');
    expect(dueAtOf(tight, ledger, 60)).toEqual(plus(start, 43));
  });

  it('has minValidity left after the next tick and a whole retry window', () => {
    expect(+ledger.expiresAt - +plus(start, 43 + 1 + 10)).toBe(tight.minValiditySeconds * 1000);
  });
});

describe('nextAttemptAt', () => {
  it('is 2, 5, 10 and 20 minutes after the first publication, then every 30', () => {
    const minutes = [1, 2, 3, 4, 5, 6].map(
      (count) => (+nextAttemptAt({ firstAt: noon, count }) - +noon) / MINUTE,
    );
    expect(minutes).toEqual([2, 5, 10, 20, 50, 80]);
  });
});

describe('the rotations of one minute', () => {
  it('are as many as the write quota allows', () => {
    expect(rotationsPerMinute(540)).toBe(180);
  });

  it('may contain one retry in five, and at least one', () => {
    expect(retriesOf(180)).toBe(36);
    expect(retriesOf(1)).toBe(1);
  });
});

const NOON = new Date('2026-11-22T12:00:00Z');
const never = () => undefined;
const minutes = (n: number) => new Date(NOON.getTime() + n * 60_000);

describe('healing', () => {
  it('heals a chain at once three times within an hour, and then every ten minutes', () => {
    let memory = NOTHING_HEALED;
    const healedAt: number[] = [];
    for (let minute = 0; minute <= 60; minute++) {
      const plan = planHealing(['export'], memory, never, 540, minutes(minute));
      if (plan.heal.length > 0) healedAt.push(minute);
      expect(plan.limited).toEqual(plan.heal.length > 0 ? [] : ['export']);
      memory = plan.memory;
    }
    expect(healedAt).toEqual([0, 1, 2, 12, 22, 32, 42, 52]);
  });

  it('has the same limit for an audit, and heals no chain that was healed within the last minute', () => {
    let memory = NOTHING_HEALED;
    const healedAt: number[] = [];
    for (let half = 0; half <= 60; half++) {
      const plan = countHealing(['export'], memory, minutes(half / 2));
      if (plan.heal.length > 0) healedAt.push(half / 2);
      expect(plan.limited).toEqual(healedAt.length < 3 || plan.heal.length > 0 ? [] : ['export']);
      memory = plan.memory;
    }
    expect(healedAt).toEqual([0, 1, 2, 12, 22]);
  });

  it('heals a chain at once again after a quiet hour', () => {
    const memory = {
      ...NOTHING_HEALED,
      healedAt: new Map([['export', [minutes(0), minutes(1), minutes(2)]]]),
    };
    expect(planHealing(['export'], memory, never, 540, minutes(62)).heal).toEqual(['export']);
  });

  // 90 writes a minute allow 30 rotations.
  it('uses a fifth of the quota of any minute, and leaves the other chains to a later tick', () => {
    const names = Array.from({ length: 8 }, (_, i) => `chain-${i}`);
    const first = planHealing(names, NOTHING_HEALED, never, 90, NOON);
    expect(first.heal).toEqual(names.slice(0, 6));
    const waiting = [...first.memory.waiting].flatMap(([name, at]) => (at > NOON ? [] : [name]));
    expect(waiting).toEqual(names.slice(6));
    expect(planHealing(names.slice(6), first.memory, never, 90, minutes(0.9)).heal).toEqual([]);
    expect(planHealing(names.slice(6), first.memory, never, 90, minutes(1)).heal).toEqual(
      names.slice(6),
    );
  });

  // The list may have shown the ledger before the last rotation. Then mint drops the request.
  it('checks a healed chain again within a minute', () => {
    const { memory } = planHealing(['export'], NOTHING_HEALED, never, 540, NOON);
    expect(memory.waiting.get('export')).toEqual(minutes(0.75));
  });
});
