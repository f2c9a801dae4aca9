import type { Freshness } from '../../../shared/domain/rotation/freshness.ts';
import { tickHealthOf } from '../../../shared/domain/rotation/tick-health.ts';
import { at, ledger } from './freshness-world.ts';

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
